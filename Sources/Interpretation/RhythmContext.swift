import Foundation
import Signals

/// The numbers that the rules of rhythm share.
struct RhythmContext {
    let recording: Recording
    let beats: Beats
    let measurements: Measurements
    /// Seconds.
    let times: [Double]
    /// Seconds from each beat to the next one.
    let intervals: [Double]
    /// True for beats of a ventricular shape that is wide enough.
    let isVentricular: [Bool]
    /// True for early beats of a usual shape.
    let isPremature: [Bool]
    /// Whether the rhythm is regular but for ventricular and premature beats, of which there is one at least.
    let isRegularElsewhere: Bool
    /// True for beats in ventricular fibrillation, which no other rule looks at.
    let isFibrillating: [Bool]
    /// Seconds: ventricular fibrillation or flutter.
    let fibrillation: [ClosedRange<Double>]
    /// Leads in which beats could be found.
    let leadCount: Int
    /// Complexes of the usual beat.
    let complex: UsualComplex?
    let limits: RuleLimits
    /// Whether this is a part of a long recording.
    let isPart: Bool
    /// Seconds into the long recording at which a part begins.
    let start: Double
    /// Whether P waves precede beats of the usual shape elsewhere in the recording that this is a part of.
    let isUsualShapeConducted: Bool

    /// The share of the usual interval after which a beat of a single lead is not early.
    private static let late = 0.93
    /// Seconds.
    private static let margin = 0.6

    init(recording: Recording, beats: Beats, measurements: Measurements, limits: RuleLimits = RuleLimits()) {
        let episodes = FibrillationSearch.episodes(in: recording, leads: beats.leads)
        self.init(
            recording, beats, measurements, fibrillation: episodes, isVentricular: nil, limits,
            isPart: false, start: 0, isUsualShapeConducted: false)
    }

    /// The same with other limits.
    func with(_ limits: RuleLimits) -> RhythmContext {
        RhythmContext(
            recording, beats, measurements, fibrillation: fibrillation, isVentricular: nil, limits,
            isPart: isPart, start: start, isUsualShapeConducted: isUsualShapeConducted)
    }

    /// The context of some beats of a long recording, measured on their own.
    func part(_ range: Range<Int>, _ span: ClosedRange<Double>) -> RhythmContext {
        let rate = recording.samplingRate
        // The waves of the first and the last beat lie in the margin.
        let first = max(0, Int((span.lowerBound - Self.margin) * rate))
        let end = min(recording.sampleCount, Int((span.upperBound + Self.margin) * rate))
        let part = Recording(
            samplingRate: rate,
            leads: recording.leads.map { Recording.Lead(name: $0.name, samples: $0.samples(in: first ..< end)) })
        let members = beats.part(range, from: first) { isVentricular[$0] }
        let local = fibrillation.map { max(0, $0.lowerBound - Double(first) / rate) ... $0.upperBound }
            .map { $0.lowerBound ... max($0.lowerBound, $0.upperBound - Double(first) / rate) }
        return RhythmContext(
            part, members, Measurements(of: part, beats: members), fibrillation: local,
            isVentricular: Array(isVentricular[range]), limits,
            isPart: true, start: Double(first) / rate,
            isUsualShapeConducted: measurements.pDecision?.isPresent == true
                && 2 * range.count { self.beats.beats[$0].cluster == 0 } > range.count)
    }

    /// - Parameter isVentricular: one element per beat; nil to decide it here.
    private init(
        _ recording: Recording, _ beats: Beats, _ measurements: Measurements, fibrillation: [ClosedRange<Double>],
        isVentricular known: [Bool]?, _ limits: RuleLimits, isPart: Bool, start: Double,
        isUsualShapeConducted: Bool
    ) {
        self.isPart = isPart
        self.start = start
        self.isUsualShapeConducted = isUsualShapeConducted
        self.recording = recording
        self.beats = beats
        self.measurements = measurements
        self.limits = limits
        self.fibrillation = fibrillation
        times = beats.times
        intervals = beats.rrIntervals
        leadCount = max(1, beats.leads.count(where: \.isUsable))
        isFibrillating = times.map { time in fibrillation.contains { $0.contains(time) } }
        let clusters = measurements.delineation.clusters
        // In a single lead noise deforms beats: a ventricular beat must come early, too.
        let isSingle = leadCount == 1
        let latest = Self.late * (Self.median(intervals) ?? 0)
        let before = intervals
        isVentricular =
            known
            ?? beats.beats.enumerated().map { index, beat in
                guard beat.beatClass == .ventricular else { return false }
                if isSingle, index == 0 || before[index - 1] > latest { return false }
                return clusters[beat.cluster].waves.qrs.map { 1000 * $0.duration >= limits.ventricularWidth }
                    ?? !isSingle
            }
        let early = EarlyBeats(beats, share: limits.earlyShare)
        isRegularElsewhere = early.isRegularElsewhere
        isPremature =
            recording.duration > BaseRhythm.longestStretch
            ? beats.beats.map { $0.beatClass == .supraventricular }
            : early.isEarly.map { $0 && early.isFairlyRegularElsewhere }
        complex = UsualComplex(recording: recording, beats: beats, measurements: measurements)
    }

    /// The median interval in seconds; nil with fewer than two beats.
    var usualInterval: Double? { Self.median(intervals) }

    /// The whole recording in seconds.
    var whole: ClosedRange<Double> { 0 ... max(recording.duration, 0) }

    /// The parts of the recording around beats: from half an interval before each to half an interval after it.
    ///
    /// Successive beats share a part.
    func episodes(of indices: [Int]) -> [ClosedRange<Double>] {
        let half = 0.5 * min(usualInterval ?? 0.8, 1.5)
        var result: [ClosedRange<Double>] = []
        var previous = -2
        for index in indices {
            defer { previous = index }
            let before = index > 0 ? min(half, 0.5 * intervals[index - 1]) : half
            let after = index < intervals.count ? min(half, 0.5 * intervals[index]) : half
            let span = max(0, times[index] - before) ... min(recording.duration, times[index] + after)
            if let last = result.last, index == previous + 1 || span.lowerBound <= last.upperBound + 1e-9 {
                result[result.count - 1] = last.lowerBound ... max(last.upperBound, span.upperBound)
            } else {
                result.append(span)
            }
        }
        return result
    }

    /// Findings of ventricular fibrillation.
    var fibrillationFindings: [RhythmFinding] {
        guard !fibrillation.isEmpty else { return [] }
        let seconds = fibrillation.reduce(0) { $0 + $1.upperBound - $1.lowerBound }
        return [
            RhythmFinding(
                .ventricularFibrillation, confidence: 0.9,
                evidence: ["no QRS complexes but waves of 1.5 to 9 Hz for \(Text.number(seconds)) s"],
                source: "Threshold crossing sample count: Arafat et al., Signal, Image and Video Processing 5 (2011)",
                episodes: fibrillation)
        ]
    }

    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}

/// Numbers in sentences.
enum Text {
    /// The number with at most `digits` decimals, without trailing zeros.
    static func number(_ value: Double, digits: Int = 1) -> String {
        let text = String(format: "%.\(digits)f", value)
        guard text.contains(".") else { return text }
        return String(text.reversed().drop { $0 == "0" }.drop { $0 == "." }.reversed())
    }

    /// `1 beat`, `2 beats`.
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension Beats {
    /// The beats of a range as those of a recording that starts at a sample, with the clusters that have members.
    ///
    /// The largest cluster of beats that are not ventricular comes first.
    fileprivate func part(_ range: Range<Int>, from start: Int, isVentricular: (Int) -> Bool) -> Beats {
        var members: [Int: [Int]] = [:]
        for index in range { members[beats[index].cluster, default: []].append(index - range.lowerBound) }
        let order = members.keys.sorted { left, right in
            let usual = [left, right].map { number in members[number]!.count { !isVentricular($0 + range.lowerBound) } }
            return usual[0] != usual[1]
                ? usual[0] > usual[1] : (members[left]!.count, right) > (members[right]!.count, left)
        }
        let numbers = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        return Beats(
            samplingRate: samplingRate,
            beats: beats[range].map {
                Beat(
                    sample: $0.sample - start, cluster: numbers[$0.cluster]!, beatClass: $0.beatClass,
                    pacingSpike: $0.pacingSpike.map { $0 - start })
            },
            clusters: order.map { BeatCluster(members: members[$0]!, medianBeat: clusters[$0].medianBeat) },
            leads: leads)
    }
}
