import LinearAlgebra

/// The way in which the results of several labels are averaged, with scikit-learn's names.
public enum Averaging: String, CaseIterable, Codable, Sendable {
    /// Counts all n·L decisions together.
    case micro
    /// The unweighted mean over labels.
    case macro
    /// The mean over samples, each evaluated over its L labels.
    case samples
    /// The mean over labels, weighted by support. Without any positive sample it is the unweighted mean.
    case weighted
}

/// The value of a ratio whose denominator is zero.
public enum ZeroDivision: Double, CaseIterable, Codable, Sendable {
    case zero = 0
    case one = 1
}

/// Returns the unweighted mean, or `empty` if there are no values.
func mean(_ values: [Double], empty: Double) -> Double {
    values.isEmpty ? empty : values.reduce(0, +) / Double(values.count)
}

/// Returns the weighted mean. If all weights are zero it is the unweighted mean, as in scikit-learn.
func mean(_ values: [Double], weights: [Int], empty: Double) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0 else { return mean(values, empty: empty) }
    return zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(total)
}

/// Traps if truth and decision have different shapes.
func requireSameShape(_ truth: LabelMatrix, _ decision: LabelMatrix) {
    precondition(
        truth.rows == decision.rows && truth.columns == decision.columns,
        "truth is \(truth.rows) × \(truth.columns), the decision \(decision.rows) × \(decision.columns)")
}

/// Traps if truth and scores have different shapes or a score is not finite.
func requireSameShape(_ truth: LabelMatrix, _ scores: Matrix<Double>) {
    precondition(
        truth.rows == scores.rows && truth.columns == scores.columns,
        "truth is \(truth.rows) × \(truth.columns), scores are \(scores.rows) × \(scores.columns)")
    precondition(scores.values.allSatisfy { $0.isFinite }, "a score is not finite")
}
