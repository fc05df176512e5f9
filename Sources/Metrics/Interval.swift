/// What the replicates of a bootstrap make likely.
public struct Interval: Equatable, Codable, Sendable {
    public let lower: Double
    public let upper: Double
    /// Replicates in which the number was undefined (a label that was not drawn, for example) and that are left out.
    public let undefinedReplicates: Int

    public init(lower: Double, upper: Double, undefinedReplicates: Int = 0) {
        self.lower = lower
        self.upper = upper
        self.undefinedReplicates = undefinedReplicates
    }

    /// The central part of the replicates by linear interpolation between them (numpy's default percentiles).
    ///
    /// - Parameters:
    ///   - replicates: NaN where undefined.
    ///   - level: the part that lies inside, 0.95 for example.
    /// - Returns: nil where no replicate is defined.
    init?(percentilesOf replicates: [Double], level: Double) {
        let defined = replicates.filter { !$0.isNaN }.sorted()
        guard !defined.isEmpty else { return nil }
        func percentile(_ part: Double) -> Double {
            let place = part * Double(defined.count - 1)
            let below = Int(place)
            guard below + 1 < defined.count else { return defined[defined.count - 1] }
            return defined[below] + (place - Double(below)) * (defined[below + 1] - defined[below])
        }
        let tail = (1 - level) / 2
        self.init(
            lower: percentile(tail), upper: percentile(1 - tail), undefinedReplicates: replicates.count - defined.count)
    }
}
