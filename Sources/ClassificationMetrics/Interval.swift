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

    /// The interval of a mean of absolute deviations: the basic bootstrap interval of its square.
    ///
    /// Such a number is above its true value by the noise of n samples, and each replicate is above the number by the
    /// noise of n samples once more: the percentiles of the replicates lie beside the truth, often wholly beyond the
    /// number itself. Noise adds up in the square (of a normal deviate x with mean μ, E x² = μ² + σ²), so the square
    /// is reflected: 2v² − q² for the percentiles q of the replicates, cut at 0. The interval is widened to the
    /// number itself where the reflection ends below it.
    ///
    /// - Source: the basic interval of Davison & Hinkley, Bootstrap Methods (1997), §5.2, on another scale; that noise
    ///   is extrapolated to none: Cook & Stefanski, JASA 89 (1994).
    /// - Parameters:
    ///   - value: the number itself, at least 0.
    ///   - replicates: NaN where undefined.
    /// - Returns: nil where no replicate is defined.
    init?(squaresAround value: Double, replicates: [Double], level: Double) {
        guard let percentiles = Interval(percentilesOf: replicates, level: level) else { return nil }
        func reflected(_ percentile: Double) -> Double {
            max(0, 2 * value * value - percentile * percentile).squareRoot()
        }
        self.init(
            lower: min(reflected(percentiles.upper), value), upper: max(reflected(percentiles.lower), value),
            undefinedReplicates: percentiles.undefinedReplicates)
    }
}
