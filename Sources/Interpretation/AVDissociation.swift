import Foundation
import Signals

/// AV block with regular P waves that are looked for without regard to the QRS complexes.
///
/// In third-degree block a slow regular ventricular rhythm has faster P waves at no fixed distance. In Mobitz I the
/// distance grows until a QRS complex is dropped, which makes the rhythm irregular.
///
/// The usual QRS complex and T wave are subtracted from each lead. In what remains, evenly spaced deflections of about
/// 100 ms are looked for. Deflections between them exclude flutter and fibrillation.
struct AVDissociation {
    let context: RhythmContext

    /// Beats per minute: an escape rhythm is slower.
    private static let fastestEscape = 60.0
    /// The mean change of the RR interval as a share of it: an escape rhythm is regular.
    private static let mostIrregularity = 0.08
    /// Seconds from one P wave to the next, below this share of RR.
    private static let periods = (shortest: 0.4, longest: 1.3, share: 0.85)
    /// P waves that can be seen, and their least share of those expected outside QRS complexes.
    private static let least = (count: 6, share: 0.85)
    /// The most other deflections of at least half the height, as a share of the P waves.
    private static let mostOthers = 0.25
    /// The length of the mean phase vector of the PR intervals, 0…1; 1 for conducted beats.
    private static let mostCoupling = 0.75
    /// Seconds from a P wave's peak to the QRS complex that it conducts.
    private static let shortestPR = 0.08
    /// Seconds by which PR is longer before a dropped QRS complex than after it.
    private static let growth = 0.04
    /// Hz: about the rate at which the trace is looked at.
    private static let workingRate = 100.0

    init(_ context: RhythmContext) { self.context = context }

    /// The evidence for third-degree block in sentences; nil where P waves and QRS complexes are not seen to be
    /// independent.
    var thirdDegree: [String]? {
        let intervals = context.intervals
        guard context.times.count >= 4, let rr = RhythmContext.median(intervals), 60 / rr < Self.fastestEscape,
            zip(intervals, intervals.dropFirst()).reduce(0, { $0 + abs($1.1 - $1.0) })
                < Self.mostIrregularity * rr * Double(intervals.count - 1),
            let trace = AtrialTrace(context, rate: Self.workingRate),
            let waves = waves(in: trace, longest: min(Self.periods.longest, Self.periods.share * rr))
        else { return nil }
        // The time from the last P wave to each QRS complex, as a share of the period.
        let phases = context.times.compactMap { time -> Double? in
            guard let last = waves.times.last(where: { $0 < time }) else { return nil }
            return ((time - last) / waves.period).truncatingRemainder(dividingBy: 1)
        }
        guard phases.count >= 4 else { return nil }
        let vector = phases.reduce(into: (0.0, 0.0)) { sum, phase in
            sum = (sum.0 + cos(2 * .pi * phase), sum.1 + sin(2 * .pi * phase))
        }
        let coupling = (vector.0 * vector.0 + vector.1 * vector.1).squareRoot() / Double(phases.count)
        guard coupling < Self.mostCoupling else { return nil }
        let distances = phases.map { 1000 * $0 * waves.period }
        let number = { (value: Double) in Text.number(value, digits: 0) }
        return [
            "P waves at \(number(60 / waves.period)) per minute, QRS complexes at \(number(60 / rr)) per minute",
            "the time from P wave to QRS complex varies from \(number(distances.min()!)) to "
                + "\(number(distances.max()!)) ms",
        ]
    }

    /// The parts around QRS complexes that were dropped after growing PR intervals; nil unless all P waves fit.
    var mobitz1: [ClosedRange<Double>]? {
        let times = context.times
        guard times.count >= 5, let trace = AtrialTrace(context, rate: Self.workingRate),
            let waves = waves(in: trace, longest: Self.periods.longest)
        else { return nil }
        // The last P wave before each QRS complex, which it conducts.
        let conducted = times.map { time in waves.times.lastIndex { $0 < time - Self.shortestPR } }
        var (steps, drops): (Int, [Int]) = (0, [])
        for index in times.indices.dropLast() {
            guard let first = conducted[index], let next = conducted[index + 1] else { continue }
            switch next - first {
            case 1: steps += 1
            case 2 where times[index] - waves.times[first] > times[index + 1] - waves.times[next] + Self.growth:
                drops.append(index)
            default: return nil
            }
        }
        guard !drops.isEmpty, steps >= 2 else { return nil }
        return drops.map { times[$0] ... times[$0 + 1] }
    }

    /// The evenly spaced deflections, nil without them.
    private func waves(in trace: AtrialTrace, longest: Double) -> (times: [Double], period: Double)? {
        let rate = trace.rate
        var best: (score: Double, period: Double, start: Double) = (0, 0, 0)
        for period in stride(from: Self.periods.shortest, through: longest, by: 0.01) {
            for start in stride(from: 0, to: period, by: 0.02) {
                let score = trace.score(Self.teeth(start, period, trace.duration))
                if score > best.score { best = (score, period, start) }
            }
        }
        guard best.score > 0 else { return nil }
        let comb = Self.teeth(best.start, best.period, trace.duration)
        let projection = trace.projection(of: comb)
        let reach = Int(0.06 * rate)
        var places: [Int] = []
        for time in comb {
            let center = Int((time * rate).rounded())
            let near = max(0, center - reach) ... min(projection.count - 1, center + reach)
            guard near.allSatisfy({ projection[$0].isFinite }) else { continue }
            places.append(near.max { projection[$0] < projection[$1] }!)
        }
        let heights = places.map { Double(projection[$0]) }
        guard heights.count >= Self.least.count, let usual = RhythmContext.median(heights), usual > 0 else {
            return nil
        }
        let seen = heights.count { $0 > 0.5 * usual }
        let others = projection.indices.dropFirst().dropLast().count { index in
            let value = Double(projection[index])
            guard value > 0.5 * usual, projection[index] > projection[index - 1],
                projection[index] >= projection[index + 1]
            else { return false }
            return comb.allSatisfy { abs($0 * rate - Double(index)) > 0.1 * rate }
        }
        guard Double(seen) >= Self.least.share * Double(heights.count),
            Double(others) <= Self.mostOthers * Double(seen)
        else { return nil }
        return (comb, best.period)
    }

    private static func teeth(_ start: Double, _ period: Double, _ duration: Double) -> [Double] {
        Array(stride(from: start, to: duration, by: period))
    }
}

/// The leads without the usual QRS complexes and T waves, filtered for deflections of about 100 ms.
private struct AtrialTrace {
    /// Hz.
    let rate: Double
    let duration: Double
    /// leads × samples in units of each lead's spread; NaN in QRS complexes.
    private var leads: [[Float]] = []

    /// Seconds around the fiducial point that the QRS complex takes, and the end of what is subtracted.
    private static let complex = (before: 0.07, after: 0.1)
    private static let end = 0.55
    private static let taper = 0.08

    /// Nil without a good lead.
    init?(_ context: RhythmContext, rate working: Double) {
        let recording = context.recording
        let factor = max(1, Int(recording.samplingRate / working))
        rate = recording.samplingRate / Double(factor)
        duration = recording.duration
        for (number, lead) in recording.leads.enumerated() where context.beats.leads[number].grade == .good {
            let rest = Self.withoutBeats(lead.samples, number, context)
            var trace = Self.bumps(Decimation.decimated(rest, by: factor), rate: rate)
            for time in context.times {
                let first = max(0, Int((time - Self.complex.before) * rate))
                let last = min(trace.count - 1, Int((time + Self.complex.after) * rate))
                if first <= last { for index in first ... last { trace[index] = .nan } }
            }
            // The median distance from 0 ignores the P waves.
            let spread = MovingWindow.median(of: trace.map { abs($0) })
            if spread > 0, spread.isFinite { leads.append(trace.map { $0 / spread }) }
        }
        if leads.isEmpty { return nil }
    }

    private static func withoutBeats(_ samples: [Float], _ lead: Int, _ context: RhythmContext) -> [Float] {
        let rate = context.recording.samplingRate
        var rest = samples
        for beat in context.beats.beats {
            let median = context.beats.clusters[beat.cluster].medianBeat
            let (from, to) = (Int(-complex.before * rate), Int(end * rate))
            for offset in from ..< to where rest.indices.contains(beat.sample + offset) {
                let place = median.fiducial + offset
                guard median.leads[lead].indices.contains(place), median.leads[lead][place].isFinite else { continue }
                let weight = min(1, Float(to - offset) / Float(taper * rate))
                rest[beat.sample + offset] -= weight * median.leads[lead][place]
            }
        }
        return rest
    }

    /// The mean over 50 ms less the mean of its values 70 ms before and after.
    private static func bumps(_ samples: [Float], rate: Double) -> [Float] {
        let smooth = MovingWindow.mean(samples, width: 2 * max(1, Int(0.025 * rate)) + 1)
        let reach = Int(0.07 * rate)
        return smooth.indices.map { index in
            guard index >= reach, index + reach < smooth.count else { return 0 }
            return smooth[index] - 0.5 * (smooth[index - reach] + smooth[index + reach])
        }
    }

    /// The mean over the leads of the squared mean at some times, times their number.
    func score(_ times: [Double]) -> Double {
        var sum = 0.0
        for lead in leads {
            let (mean, count) = Self.mean(lead, times, rate)
            sum += mean * mean * Double(count)
        }
        return sum / Double(leads.count)
    }

    /// The leads added, each with its mean at some times as weight.
    func projection(of times: [Double]) -> [Float] {
        let weights = leads.map { Float(Self.mean($0, times, rate).mean) }
        return leads[0].indices.map { index in
            zip(leads, weights).reduce(0) { $0 + $1.0[index] * $1.1 }
        }
    }

    private static func mean(_ lead: [Float], _ times: [Double], _ rate: Double) -> (mean: Double, count: Int) {
        var (sum, count) = (0.0, 0)
        for time in times {
            let place = Int((time * rate).rounded())
            guard place < lead.count, lead[place].isFinite else { continue }
            (sum, count) = (sum + Double(lead[place]), count + 1)
        }
        return count > 2 ? (sum / Double(count), count) : (0, 0)
    }
}
