/// A bootstrap confidence interval.
public struct Interval: Equatable, Codable, Sendable {
    public let lower: Double
    public let upper: Double
    /// The number of replicates in which the metric was undefined, for example because a label was not drawn. They are
    /// left out.
    public let undefinedReplicates: Int

    public init(lower: Double, upper: Double, undefinedReplicates: Int = 0) {
        self.lower = lower
        self.upper = upper
        self.undefinedReplicates = undefinedReplicates
    }

    /// Creates a percentile interval by linear interpolation between replicates (numpy's default percentiles).
    ///
    /// - Parameters:
    ///   - replicates: values of the metric, NaN where undefined.
    ///   - level: the fraction of replicates inside the interval, for example 0.95.
    /// - Returns: nil if no replicate is defined.
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

    /// Creates an interval for a mean of absolute deviations: the basic bootstrap interval of its square.
    ///
    /// Sampling noise raises such a metric above its true value, and resampling raises each replicate once more.
    /// Percentiles of the replicates are therefore too high, often above the metric itself. The noise is additive in
    /// the square: for a normal deviate x with mean μ, E x² = μ² + σ². The interval reflects the percentiles q of the
    /// replicates to 2v² − q², cut at 0. It is widened to the metric v if the reflection ends below it.
    ///
    /// - Source: Davison & Hinkley, Bootstrap Methods (1997), §5.2 (basic interval, here of the square); Cook &
    ///   Stefanski, JASA 89 (1994) (extrapolation of noise to zero).
    /// - Parameters:
    ///   - value: the metric, at least 0.
    ///   - replicates: values of the metric, NaN where undefined.
    /// - Returns: nil if no replicate is defined.
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
