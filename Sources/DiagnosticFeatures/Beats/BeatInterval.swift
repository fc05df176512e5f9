import Foundation
import Signals

/// The intervals around one beat, relative to those of the neighborhood and of the recording.
///
/// Intervals are in seconds, limited to 0.15…3. Local references alone would hide a long run of early beats, so the
/// mean, the 85th percentile and the interval before the run stand next to them.
struct BeatInterval {
    /// Before and after the beat, before the previous beat and after the next one.
    var before = Double.nan
    var after = Double.nan
    var beforePrevious = Double.nan
    var afterNext = Double.nan
    /// Median of ±8 beats.
    var local = Double.nan
    /// Median of the usual beats that came on time, ±20.
    var usual = Double.nan
    /// Median and mean of the recording.
    var median = Double.nan
    var mean = Double.nan
    /// Mean of ±35 beats, 85th percentile of ±60, 85th percentile and median of ±300.
    var nearMean = Double.nan
    var nearLong = Double.nan
    var farLong = Double.nan
    var farMedian = Double.nan
    /// The share of the intervals of ±60 beats that are shorter by more than 20 ms.
    var rank = Double.nan
    /// Median of |before − local| over ±20 beats, plus 15 ms.
    var deviation = Double.nan
    /// Median change of successive intervals, ±12 beats.
    var change = Double.nan
    /// Median and 30th percentile of the change over the median interval, ±30 beats.
    var changeShare = Double.nan
    var quietChangeShare = Double.nan
    /// The share of intervals within 8 % of `local`, ±15 beats.
    var regularity = Double.nan
    /// The interval before the run that the beat is in; nil outside runs.
    var runReference: Double?
    /// Beats since the run began, and all beats of the run; 0 outside runs.
    var runPlace = 0.0
    var runLength = 0.0
    /// Median change within the run over its median interval; nil in a run of up to 3 beats.
    var runChange: Double?

    static func all(_ context: RRContext) -> [BeatInterval] {
        let before = context.before
        guard before.count > 1 else { return before.map { _ in BeatInterval() } }
        let median = MovingWindow.median(of: before)
        let changes = [0] + zip(before, before.dropFirst()).map { abs($1 - $0) }
        let change = MovingWindow.median(changes, width: 25)
        let middleChange = MovingWindow.median(changes, width: 61)
        let middle = MovingWindow.median(before, width: 61)
        let nearLong = MovingWindow.percentile(before, width: 121, share: 0.85)
        let farLong = MovingWindow.percentile(before, width: 601, share: 0.85)
        let farMedian = MovingWindow.median(before, width: 601)
        var sums = [0.0]
        for value in before { sums.append(sums.last! + value) }
        let runs = runFacts(context)
        return before.indices.map { index in
            let around = { (reach: Int) in max(0, index - reach) ..< min(before.count, index + reach + 1) }
            var interval = BeatInterval()
            interval.before = before[index]
            interval.after = context.after[index]
            interval.beforePrevious = before[max(0, index - 1)]
            interval.afterNext = context.after[min(before.count - 1, index + 1)]
            interval.local = context.local[index]
            interval.usual = context.usual[index]
            interval.median = median
            interval.mean = context.mean
            let near = around(35)
            interval.nearMean = (sums[near.upperBound] - sums[near.lowerBound]) / Double(near.count)
            interval.nearLong = nearLong[index]
            interval.farLong = farLong[index]
            interval.farMedian = farMedian[index]
            let wide = before[around(60)]
            interval.rank = Double(wide.count { $0 < before[index] - 0.02 }) / Double(wide.count)
            interval.deviation =
                MovingWindow.median(of: before[around(20)].lazy.map { abs($0 - context.local[index]) }) + 0.015
            interval.change = change[index]
            interval.changeShare = middleChange[index] / middle[index]
            interval.quietChangeShare = context.irregularity[index]
            interval.regularity = context.regularity[index]
            if let run = context.runs[index] {
                interval.runReference = run.reference
                interval.runPlace = Double(index - run.start)
                interval.runLength = Double(runs[run.start]!.count)
                interval.runChange = runs[run.start]!.change
            }
            return interval
        }
    }

    /// Beats and median change over the median interval of each run, by its first beat.
    private static func runFacts(_ context: RRContext) -> [Int: (count: Int, change: Double?)] {
        var members: [Int: [Double]] = [:]
        for (index, run) in context.runs.enumerated() {
            if let run { members[run.start, default: []].append(context.before[index]) }
        }
        return members.mapValues { intervals in
            guard intervals.count > 3 else { return (intervals.count, nil) }
            let inner = Array(intervals.dropFirst())
            let changes = zip(inner, inner.dropFirst()).map { abs($1 - $0) }
            return (intervals.count, MovingWindow.median(of: changes) / MovingWindow.median(of: inner))
        }
    }

    /// ln(a/b) with the ratio limited to 0.2…5.
    static func ratio(_ a: Double, _ b: Double) -> Double {
        a.isFinite && b.isFinite ? RRContext.logRatio(a, b) : .nan
    }

    /// ln of the interval before the beat over the one before the run; outside runs over the usual one, at least −0.1.
    var runPrematurity: Double {
        runReference.map { Self.ratio(before, $0) } ?? max(Self.ratio(before, usual), -0.1)
    }

    /// Deviations by which the beat comes early, and by which the next one comes late, limited to ±8.
    var earliness: Double { min(max((usual - before) / deviation, -8), 8) }
    var pause: Double { min(max((after - usual) / deviation, -8), 8) }
}
