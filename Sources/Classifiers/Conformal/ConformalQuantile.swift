import Foundation

/// Returns the conformal quantile of calibration values: their ⌈(n + 1)(1 − α)⌉-th smallest.
///
/// A new value from the same distribution is above it with probability at most α. If there are fewer than 1/α − 1
/// values, it is the largest one, and the probability is 1/(n + 1).
///
/// - Parameters:
///   - values: n ≥ 1, not NaN; of samples that nothing was fitted on.
///   - alpha: above 0 and below 1.
public func conformalQuantile(of values: [Double], alpha: Double) -> Double {
    precondition(!values.isEmpty, "a quantile needs at least one value")
    precondition(alpha > 0 && alpha < 1, "alpha must be between 0 and 1, found \(alpha)")
    // The subtraction keeps 1000 · 0.99 at rank 990 for any rounding.
    let rank = Int(ceil(Double(values.count + 1) * (1 - alpha) - 1e-9))
    return values.sorted()[min(max(rank, 1), values.count) - 1]
}
