import Foundation
import Signals

/// Intervals, ectopic beats and atrial activity of a recording of some seconds.
struct RhythmValues {
    /// Seconds; NaN with fewer than two beats.
    private(set) var medianInterval = Double.nan
    /// Standard deviation of the RR intervals over their mean.
    private(set) var variation = Double.nan
    /// Root mean square of the changes of successive RR intervals over the mean interval.
    private(set) var changeRMS = Double.nan
    /// Median and 25th percentile of these changes, without sign.
    private(set) var changeMedian = Double.nan
    private(set) var changeQuarter = Double.nan
    /// The share of these changes above 0.05.
    private(set) var changeShare = Double.nan
    /// The shortest and the longest interval over the median one.
    private(set) var shortest = Double.nan
    private(set) var longest = Double.nan

    /// The share of beats whose QRS complex correlates with the usual one by less than 0.8.
    private(set) var unusualShare = Double.nan
    private(set) var leastCorrelation = Double.nan
    /// The largest root mean square of a QRS complex over that of the usual one.
    private(set) var largestAmplitude = Double.nan
    /// The longest QRS complex over the median one.
    private(set) var widest = Double.nan
    /// The share of beats that are unusual and at least 15 % longer.
    private(set) var wideUnusualShare = Double.nan
    /// The shares of beats that come after less than 0.85 of the median interval: unusual ones, and usual ones whose
    /// next interval is not short.
    private(set) var earlyUnusualShare = Double.nan
    private(set) var earlyUsualShare = Double.nan
    /// The shortest interval before a usual and before an unusual beat over the median one; 1 without such a beat.
    private(set) var earliestUsual = Double.nan
    private(set) var earliestUnusual = Double.nan
    /// The longest interval after an early beat over the median one; 1 without an early beat.
    private(set) var longestPause = Double.nan
    /// The share of beats that a pacing spike started.
    private(set) var pacedShare = Double.nan

    /// ln of the highest power over the mean power from 3.5 to 9.5 Hz, QRS complexes and T waves removed.
    private(set) var fibrillationPeak = Double.nan
    /// ln of the power from 3.5 to 9.5 Hz over that from 0.8 to 20 Hz.
    private(set) var fibrillationPower = Double.nan

    init(_ recording: Recording, beats: Beats, usual: UsualBeat) {
        measureIntervals(beats)
        measureShapes(beats, usual)
        (fibrillationPeak, fibrillationPower) = AtrialSpectrum.peakAndPower(in: recording, beats: beats)
    }

    private mutating func measureIntervals(_ beats: Beats) {
        let intervals = beats.rrIntervals
        guard !intervals.isEmpty else { return }
        medianInterval = MovingWindow.median(of: intervals)
        let mean = intervals.reduce(0, +) / Double(intervals.count)
        let squares = intervals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        variation = (squares / Double(intervals.count)).squareRoot() / mean
        shortest = intervals.min()! / medianInterval
        longest = intervals.max()! / medianInterval
        guard intervals.count > 1 else { return }
        let changes = zip(intervals, intervals.dropFirst()).map { abs($1 - $0) / mean }.sorted()
        changeRMS = (changes.reduce(0) { $0 + $1 * $1 } / Double(changes.count)).squareRoot()
        changeMedian = MovingWindow.median(of: changes)
        let place = 0.25 * Double(changes.count - 1)
        let left = changes[Int(place)]
        changeQuarter = left + (place - place.rounded(.down)) * (changes[min(Int(place) + 1, changes.count - 1)] - left)
        changeShare = Double(changes.count { $0 > 0.05 }) / Double(changes.count)
    }

    private mutating func measureShapes(_ beats: Beats, _ usual: UsualBeat) {
        let template = QRSPattern(usual.traces)
        let times = beats.times
        var facts: [(correlation: Double, size: Double, width: Double, before: Double, after: Double)] = []
        for index in times.indices {
            let traces = usual.singles[index]
            guard let match = template.match(traces) else { continue }
            let before = index > 0 ? (times[index] - times[index - 1]) / medianInterval : .nan
            let after = index + 1 < times.count ? (times[index + 1] - times[index]) / medianInterval : .nan
            facts.append((match.correlation, match.size, QRSPattern.width(traces), before, after))
        }
        guard !facts.isEmpty else { return }
        let share = { (count: Int) in Double(count) / Double(facts.count) }
        let isUnusual = { (fact: (correlation: Double, size: Double, width: Double, before: Double, after: Double)) in
            fact.correlation < 0.8
        }
        let usualWidth = MovingWindow.median(of: facts.filter { !isUnusual($0) }.map(\.width))
        unusualShare = share(facts.count(where: isUnusual))
        leastCorrelation = facts.map(\.correlation).min()!
        largestAmplitude = facts.map(\.size).max()!
        widest = (facts.map(\.width).filter(\.isFinite).max() ?? .nan) / usualWidth
        wideUnusualShare = share(facts.count { isUnusual($0) && $0.width > 1.15 * usualWidth })
        earlyUnusualShare = share(facts.count { isUnusual($0) && $0.before < 0.85 })
        earlyUsualShare = share(facts.count { !isUnusual($0) && $0.before < 0.85 && $0.after > 0.95 })
        earliestUsual = facts.filter { !isUnusual($0) && $0.before.isFinite }.map(\.before).min() ?? 1
        earliestUnusual = facts.filter { isUnusual($0) && $0.before.isFinite }.map(\.before).min() ?? 1
        longestPause = facts.filter { $0.before < 0.85 && $0.after.isFinite }.map(\.after).max() ?? 1
        pacedShare = Double(beats.beats.count { $0.pacingSpike != nil }) / Double(beats.beats.count)
    }
}

/// The QRS complex of the usual beat, which single beats are compared with.
struct QRSPattern {
    /// Points around the fiducial point, −90…110 ms.
    private static let window = UsualBeat.fiducial - 45 ... UsualBeat.fiducial + 55
    /// Points, 24 ms, by which the fiducial points of two shapes differ.
    private static let reach = 12
    /// The envelope of a complex, −160…200 ms.
    private static let envelope = UsualBeat.fiducial - 80 ... UsualBeat.fiducial + 100

    private let traces: [[Float]]

    /// - Parameter traces: leads × points of `UsualBeat`.
    init(_ traces: [[Float]]) { self.traces = traces }

    /// Compares a beat in the leads that were recorded around it.
    ///
    /// - Returns: the correlation over all leads at the best lag, and the root mean square over that of the usual beat
    ///   in the same leads; nil without a common lead.
    func match(_ beat: [[Float]]) -> (correlation: Double, size: Double)? {
        var pairs: [([Double], [Float])] = []
        for (own, other) in zip(traces, beat) {
            let isRecorded = { (trace: [Float]) in
                trace[Self.window.lowerBound - Self.reach ... Self.window.upperBound + Self.reach]
                    .allSatisfy(\.isFinite)
            }
            if isRecorded(own), isRecorded(other) { pairs.append((Self.centered(own, lag: 0), other)) }
        }
        guard !pairs.isEmpty else { return nil }
        var own = 0.0
        for (usual, _) in pairs { for value in usual { own += value * value } }
        guard own > 0 else { return nil }
        var best: (correlation: Double, size: Double)?
        for lag in stride(from: -Self.reach, through: Self.reach, by: 2) {
            var (product, others) = (0.0, 0.0)
            for (usual, trace) in pairs {
                for (left, right) in zip(usual, Self.centered(trace, lag: lag)) {
                    product += left * right
                    others += right * right
                }
            }
            let correlation = others > 0 ? product / (own * others).squareRoot() : 0
            if correlation > best?.correlation ?? -2 { best = (correlation, (others / own).squareRoot()) }
        }
        return best
    }

    private static func centered(_ trace: [Float], lag: Int) -> [Double] {
        let part = stride(from: window.lowerBound, through: window.upperBound, by: 2).map { Double(trace[$0 + lag]) }
        let mean = LeadShape.mean(part)
        return part.map { $0 - mean }
    }

    /// The effective duration of a complex in ms: (Σ slope)² / Σ slope², of the slopes of all leads over 80 ms.
    static func width(_ beat: [[Float]]) -> Double {
        let points = envelope.lowerBound - 22 ... envelope.upperBound + 22
        var slopes = [Float](repeating: 0, count: points.count)
        for trace in beat where trace[points.lowerBound - 2 ... points.upperBound + 2].allSatisfy(\.isFinite) {
            for (index, point) in points.enumerated() {
                let slope = trace[point + 2] - trace[point - 2]
                slopes[index] += slope * slope
            }
        }
        let smooth = MovingWindow.mean(slopes.map { $0.squareRoot() }, width: 41).dropFirst(22).dropLast(22)
        let (sum, squares) = smooth.reduce(into: (0.0, 0.0)) {
            $0.0 += Double($1)
            $0.1 += Double($1) * Double($1)
        }
        return squares > 0 ? sum * sum / squares * 1000 / UsualBeat.rate : .nan
    }
}

/// The spectrum of what is between the beats: fibrillation and flutter waves.
enum AtrialSpectrum {
    /// Hz.
    private static let rate = 100.0
    /// Seconds: of a longer recording its beginning.
    private static let longest = 60.0
    /// Hz.
    private static let waves = 3.5 ... 9.5
    private static let all = 0.8 ... 20.0

    /// Returns the two logarithms of `RhythmValues`, of V1 or of the longest lead; NaN below 5 s of a lead.
    static func peakAndPower(in recording: Recording, beats: Beats) -> (peak: Double, power: Double) {
        let count = min(recording.sampleCount, Int(longest * recording.samplingRate))
        let leads = recording.leads.map { (name: $0.name.uppercased(), samples: recorded($0.samples(in: 0 ..< count))) }
        let complete = leads.filter { Double($0.samples.count) >= 0.95 * Double(count) }
        let chosen =
            complete.first { $0.name == "V1" } ?? complete.first { $0.name == "II" }
            ?? leads.max { $0.samples.count < $1.samples.count }
        guard let chosen, Double(chosen.samples.count) >= 5 * recording.samplingRate else { return (.nan, .nan) }
        let start = chosen.samples.startIndex
        var trace = Recording.Lead(name: chosen.name, samples: Array(chosen.samples))
            .resampled(from: recording.samplingRate, to: rate).samples.map(Double.init)
        for sample in beats.samples {
            let place = Int((Double(sample - start) / recording.samplingRate * rate).rounded())
            // From 80 ms before to 300 ms after the fiducial point.
            let (from, to) = (max(0, place - 8), min(trace.count, place + 30))
            guard to - from > 1 else { continue }
            let (left, right) = (trace[from], trace[to - 1])
            for point in from ..< to {
                trace[point] = left + (right - left) * Double(point - from) / Double(to - 1 - from)
            }
        }
        return logarithms(trace)
    }

    /// The longest run of finite samples.
    private static func recorded(_ samples: [Float]) -> ArraySlice<Float> {
        var (best, start) = (samples[0 ..< 0], 0)
        for index in 0 ... samples.count where index == samples.count || !samples[index].isFinite {
            if index - start > best.count { best = samples[start ..< index] }
            start = index + 1
        }
        return best
    }

    private static func logarithms(_ trace: [Double]) -> (peak: Double, power: Double) {
        let count = trace.count
        let mean = LeadShape.mean(trace)
        let tapered = trace.indices.map { index in
            (trace[index] - mean) * (0.5 - 0.5 * cos(2 * .pi * Double(index) / Double(count - 1)))
        }
        var (highest, inside, number, total) = (0.0, 0.0, 0.0, 0.0)
        for bin in Int((all.lowerBound * Double(count) / rate).rounded(.up))
            ... Int(all.upperBound * Double(count) / rate)
        {
            let frequency = Double(bin) * rate / Double(count)
            let power = self.power(tapered, angle: 2 * .pi * Double(bin) / Double(count))
            total += power
            if waves.contains(frequency) {
                highest = max(highest, power)
                inside += power
                number += 1
            }
        }
        guard total > 0, inside > 0 else { return (.nan, .nan) }
        return (log(highest / (inside / number)), log(inside / total + 1e-4))
    }

    /// The power at an angle in radians per sample, by Goertzel's recurrence.
    private static func power(_ trace: [Double], angle: Double) -> Double {
        let factor = 2 * cos(angle)
        var (last, before) = (0.0, 0.0)
        for value in trace { (last, before) = (value + factor * last - before, last) }
        return last * last + before * before - factor * last * before
    }
}
