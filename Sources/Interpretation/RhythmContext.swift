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

    /// ms: a narrower complex is not a ventricular beat.
    private static let narrow = 105.0
    /// The share of the usual interval after which a beat of a single lead is not early.
    private static let late = 0.93

    init(recording: Recording, beats: Beats, measurements: Measurements) {
        self.recording = recording
        self.beats = beats
        self.measurements = measurements
        times = beats.times
        intervals = beats.rrIntervals
        leadCount = max(1, beats.leads.count(where: \.isUsable))
        let episodes = FibrillationSearch.episodes(in: recording, leads: beats.leads)
        fibrillation = episodes
        isFibrillating = times.map { time in episodes.contains { $0.contains(time) } }
        let clusters = measurements.delineation.clusters
        // In a single lead noise deforms beats: a ventricular beat must come early, too.
        let isSingle = leadCount == 1
        let latest = Self.late * (Self.median(intervals) ?? 0)
        let before = intervals
        isVentricular = beats.beats.enumerated().map { index, beat in
            guard beat.beatClass == .ventricular else { return false }
            if isSingle, index == 0 || before[index - 1] > latest { return false }
            return clusters[beat.cluster].waves.qrs.map { 1000 * $0.duration >= Self.narrow } ?? !isSingle
        }
        let early = EarlyBeats(beats)
        isRegularElsewhere = early.isRegularElsewhere
        isPremature =
            recording.duration > BaseRhythm.longestStretch
            ? beats.beats.map { $0.beatClass == .supraventricular }
            : early.isEarly.map { $0 && early.isRegularElsewhere }
        complex = UsualComplex(recording: recording, beats: beats, measurements: measurements)
    }

    /// The median interval in seconds; nil with fewer than two beats.
    var usualInterval: Double? { Self.median(intervals) }

    /// The whole recording in seconds.
    var whole: ClosedRange<Double> { 0 ... max(recording.duration, 0) }

    /// The parts of the recording around beats: from half an interval before each to half an interval after it.
    func episodes(of indices: [Int]) -> [ClosedRange<Double>] {
        let half = 0.5 * min(usualInterval ?? 0.8, 1.5)
        var result: [ClosedRange<Double>] = []
        for index in indices {
            let before = index > 0 ? min(half, 0.5 * intervals[index - 1]) : half
            let after = index < intervals.count ? min(half, 0.5 * intervals[index]) : half
            let span = max(0, times[index] - before) ... min(recording.duration, times[index] + after)
            if let last = result.last, span.lowerBound <= last.upperBound + 1e-9 {
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
