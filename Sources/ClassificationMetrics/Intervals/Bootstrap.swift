import LinearAlgebra
import Synchronization

/// Bootstrap confidence intervals: the samples are resampled with replacement.
///
/// With groups (patients), whole groups are drawn. Beats of one patient are alike, and treating them as independent
/// makes intervals too narrow. With one group only, every replicate is the set itself and the interval is a point.
///
/// Intervals are percentiles of the replicates, except for metrics that sampling noise raises. `ece` has the basic
/// interval of its square (`Interval.init(squaresAround:replicates:level:)`).
///
/// The same seed gives the same intervals for any number of threads.
///
/// - Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), §13.3 (percentiles); Davison & Hinkley,
///   Bootstrap Methods (1997), §3.8 (groups).
public struct Bootstrap: Equatable, Codable, Sendable {
    public let replicates: Int
    /// The fraction of replicates inside an interval.
    public let level: Double
    public let seed: UInt64

    /// - Precondition: `replicates` is at least 1; `level` is above 0 and below 1.
    public init(replicates: Int = 1000, level: Double = 0.95, seed: UInt64) {
        precondition(replicates >= 1, "replicates must be at least 1, found \(replicates)")
        precondition(level > 0 && level < 1, "level must be above 0 and below 1, found \(level)")
        self.replicates = replicates
        self.level = level
        self.seed = seed
    }

    /// Returns an interval for every metric of the summary.
    ///
    /// - Parameters:
    ///   - set: n samples.
    ///   - groups: the group of each sample (n values), or nil for independent samples.
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

    /// Returns the differences of two classifiers on the same samples, second − first, with their intervals.
    ///
    /// Each replicate draws the same samples for both classifiers. Difficult samples then cancel out, and so does most
    /// of the noise that resampling adds to both calibration errors. All intervals of differences are percentiles.
    ///
    /// - Precondition: both sets have the same truth.
    public func differences(
        first: ScoredSet, second: ScoredSet, groups: [String]? = nil, workers: Workers = .all
    ) -> [MetricKey: PairedDifference] {
        precondition(first.truth == second.truth, "the two classifiers were evaluated on different samples")
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

    /// Returns columns × replicates values.
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
    /// The values in the order of the keys, NaN where undefined.
    fileprivate var numbers: [Double] { MetricKey.allCases.map { self[$0] ?? .nan } }
}

/// Intervals of the metrics of a set and of each label.
public struct BootstrapIntervals: Equatable, Sendable {
    /// Intervals of one label; nil where every replicate is undefined.
    public struct Label: Equatable, Sendable {
        public let precision: Interval?
        public let recall: Interval?
        public let f1: Interval?
        public let rocAUC: Interval?
    }

    /// Intervals by metric. A metric that is undefined in every replicate is absent.
    public let metrics: [MetricKey: Interval]
    /// L, in label order.
    public let perLabel: [Label]
    /// The number of samples, or groups, drawn for a replicate.
    public let units: Int
    /// Whether whole groups were drawn.
    public let isGrouped: Bool

    /// The `intervals` block of `metrics.json`: `[lower, upper]` by the metric's name.
    public var dictionary: [String: [Double]] {
        Dictionary(uniqueKeysWithValues: metrics.map { ($0.key.rawValue, [$0.value.lower, $0.value.upper]) })
    }
}

/// The difference of two classifiers in one metric on the same samples.
public struct PairedDifference: Equatable, Codable, Sendable {
    /// The metric of the first classifier; nil if undefined.
    public let first: Double?
    /// The metric of the second classifier; nil if undefined.
    public let second: Double?
    /// The interval of second − first; nil if every replicate is undefined.
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

    /// Whether the interval excludes zero.
    public var isSignificant: Bool {
        interval.map { $0.lower > 0 || $0.upper < 0 } ?? false
    }
}
