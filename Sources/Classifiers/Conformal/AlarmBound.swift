import Foundation

/// The largest value that is still ordinary, from values of ordinary samples that nothing was fitted on.
///
/// It is their ⌈(n + 1)(1 − α)⌉-th smallest: a new ordinary sample is above it with probability at most α. Of fewer
/// than 1/α − 1 values it is the largest, and the probability is 1/(n + 1).
public enum AlarmBound {
    /// - Parameters:
    ///   - values: n ≥ 1, not NaN.
    ///   - falseAlarms: α, above 0 and under 1.
    public static func bound(of values: [Double], falseAlarms: Double) -> Double {
        precondition(!values.isEmpty, "a bound of no values")
        precondition(falseAlarms > 0 && falseAlarms < 1, "a share of false alarms of \(falseAlarms)")
        // The small amount keeps 1000 · 0.99 at its 990th however it is rounded.
        let rank = Int(ceil(Double(values.count + 1) * (1 - falseAlarms) - 1e-9))
        return values.sorted()[min(max(rank, 1), values.count) - 1]
    }
}
