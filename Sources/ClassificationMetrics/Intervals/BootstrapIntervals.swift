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
