import LinearAlgebra
import Synchronization

/// Intervals by resampling the samples with replacement.
///
/// With groups (patients) whole groups are drawn: beats of one patient are alike, and intervals that take them for
/// independent are too narrow. With one group alone every replicate is the set itself and the interval is a point.
///
/// Intervals are percentiles of the replicates, but for metrics that resampling pushes to one side: `ece` takes the
/// basic interval of its square (`Interval.init(squaresAround:replicates:level:)`).
///
/// The same seed gives the same intervals whatever the number of threads. Percentile intervals: Efron & Tibshirani,
/// An Introduction to the Bootstrap (1993), §13.3; groups: Davison & Hinkley, Bootstrap Methods (1997), §3.8.
public struct Bootstrap: Equatable, Codable, Sendable {
    public let replicates: Int
    /// The part of the replicates inside an interval.
    public let level: Double
    public let seed: UInt64

    /// - Precondition: at least one replicate; `level` above 0 and under 1.
    public init(replicates: Int = 1000, level: Double = 0.95, seed: UInt64) {
        precondition(replicates >= 1, "\(replicates) replicates")
        precondition(level > 0 && level < 1, "a level is between 0 and 1, found \(level)")
        self.replicates = replicates
        self.level = level
        self.seed = seed
    }

    /// Intervals of every number of the summary.
    ///
    /// - Parameters:
    ///   - set: n samples.
    ///   - groups: what each sample belongs to (n), or nil for independent samples.
    /// - Complexity: O(n L log n) once and O(n L) for each replicate.
    public func intervals(of set: ScoredSet, groups: [String]? = nil, workers: Workers = .all) -> BootstrapIntervals {
        let evaluator = SummaryEvaluator(set)
        let resampling = Resampling(rows: set.truth.rows, groups: groups)
        let columns = MetricKey.allCases.count + 4 * set.truth.columns
        let table = resampled(columns: columns, resampling, workers) { counts in
            let (metrics, perLabel) = evaluator.summary(counts: counts)
            return metrics.numbers + perLabel.flatMap { [$0.precision, $0.recall, $0.f1, $0.rocAUC ?? .nan] }
        }
        var intervals = table.map { Interval(percentilesOf: $0, level: level) }
        let once = evaluator.summary(counts: Array(repeating: 1, count: set.truth.rows)).metrics
        for key in MetricKey.allCases where key.isRaisedByNoise {
            guard let value = once[key] else { continue }
            intervals[key.place] = Interval(squaresAround: value, replicates: table[key.place], level: level)
        }
        let perLabel = (0 ..< set.truth.columns).map { label in
            let first = MetricKey.allCases.count + 4 * label
            return BootstrapIntervals.Label(
                precision: intervals[first], recall: intervals[first + 1], f1: intervals[first + 2],
                rocAUC: intervals[first + 3])
        }
        return BootstrapIntervals(
            metrics: Self.byKey(intervals), perLabel: perLabel, units: resampling.units, isGrouped: groups != nil)
    }

    /// The differences of two systems on the same samples, second − first, with their intervals.
    ///
    /// Each replicate draws the same samples for both, so that what is hard for both cancels, and most of what
    /// resampling adds to both errors of calibration: all intervals of differences are percentiles.
    ///
    /// - Precondition: both sets have the same truth.
    public func differences(
        first: ScoredSet, second: ScoredSet, groups: [String]? = nil, workers: Workers = .all
    ) -> [MetricKey: PairedDifference] {
        precondition(first.truth == second.truth, "the two systems did not answer for the same samples")
        let evaluators = (SummaryEvaluator(first), SummaryEvaluator(second))
        let resampling = Resampling(rows: first.truth.rows, groups: groups)
        let table = resampled(columns: MetricKey.allCases.count, resampling, workers) { counts in
            let one = evaluators.0.summary(counts: counts).metrics.numbers
            let other = evaluators.1.summary(counts: counts).metrics.numbers
            return zip(one, other).map { $1 - $0 }
        }
        let intervals = Self.byKey(table.map { Interval(percentilesOf: $0, level: level) })
        let (one, other) = (MetricSummary(of: first), MetricSummary(of: second))
        return Dictionary(
            uniqueKeysWithValues: MetricKey.allCases.map { key in
                (key, PairedDifference(first: one[key], second: other[key], interval: intervals[key]))
            })
    }

    /// Column by column, the numbers of each replicate.
    private func resampled(
        columns: Int, _ resampling: Resampling, _ workers: Workers,
        _ numbers: @Sendable (_ counts: [Int32]) -> [Double]
    ) -> [[Double]] {
        let table = Mutex(Array(repeating: Array(repeating: Double.nan, count: replicates), count: columns))
        guard resampling.units > 0 else { return table.withLock { $0 } }
        workers.forEach(replicates) { replicate, _ in
            let row = numbers(resampling.counts(seed: seed, replicate: replicate))
            table.withLock { table in
                for column in 0 ..< columns { table[column][replicate] = row[column] }
            }
        }
        return table.withLock { $0 }
    }

    private static func byKey(_ intervals: [Interval?]) -> [MetricKey: Interval] {
        Dictionary(
            uniqueKeysWithValues: zip(MetricKey.allCases, intervals).compactMap { key, interval in
                interval.map { (key, $0) }
            })
    }
}

extension MetricSummary {
    /// In the order of the keys, NaN where undefined.
    fileprivate var numbers: [Double] { MetricKey.allCases.map { self[$0] ?? .nan } }
}

/// Intervals of a summary and of each label.
public struct BootstrapIntervals: Equatable, Sendable {
    /// One label's intervals; nil where every replicate is undefined.
    public struct Label: Equatable, Sendable {
        public let precision: Interval?
        public let recall: Interval?
        public let f1: Interval?
        public let rocAUC: Interval?
    }

    /// A key without an interval is undefined in every replicate.
    public let metrics: [MetricKey: Interval]
    /// L, in label order.
    public let perLabel: [Label]
    /// How many samples, or groups, were drawn for a replicate.
    public let units: Int
    /// Whether whole groups were drawn.
    public let isGrouped: Bool

    /// The `intervals` block of `metrics.json`: `[lower, upper]` by the metric's name.
    public var dictionary: [String: [Double]] {
        Dictionary(uniqueKeysWithValues: metrics.map { ($0.key.rawValue, [$0.value.lower, $0.value.upper]) })
    }
}

/// How two systems differ in one number on the same samples.
public struct PairedDifference: Equatable, Codable, Sendable {
    /// The two systems' numbers; nil where undefined.
    public let first: Double?
    public let second: Double?
    /// Of second − first; nil where every replicate is undefined.
    public let interval: Interval?

    public init(first: Double?, second: Double?, interval: Interval?) {
        self.first = first
        self.second = second
        self.interval = interval
    }

    /// second − first.
    public var difference: Double? {
        guard let first, let second else { return nil }
        return second - first
    }

    /// Whether the interval leaves out that there is no difference.
    public var isSignificant: Bool {
        interval.map { $0.lower > 0 || $0.upper < 0 } ?? false
    }
}
