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
