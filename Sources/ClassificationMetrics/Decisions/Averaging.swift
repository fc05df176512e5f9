import LinearAlgebra

/// How the results of several labels become one number; the words are scikit-learn's.
public enum Averaging: String, CaseIterable, Codable, Sendable {
    /// All n·L answers are counted together.
    case micro
    /// The mean over labels, each counting the same.
    case macro
    /// The mean over samples, each a small problem of L answers.
    case samples
    /// The mean over labels, each counting as often as it is true; without any true label, the plain mean.
    case weighted
}

/// The value of a ratio whose denominator is zero.
public enum ZeroDivision: Double, CaseIterable, Codable, Sendable {
    case zero = 0
    case one = 1
}

/// The plain mean, or `empty` of no values.
func mean(_ values: [Double], empty: Double) -> Double {
    values.isEmpty ? empty : values.reduce(0, +) / Double(values.count)
}

/// The mean by `weights`; the plain mean where they are all zero, as in scikit-learn.
func mean(_ values: [Double], weights: [Int], empty: Double) -> Double {
    let total = weights.reduce(0, +)
    guard total > 0 else { return mean(values, empty: empty) }
    return zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / Double(total)
}

/// Traps where truth and answers are not about the same samples and labels.
func requireSameShape(_ truth: LabelMatrix, _ decision: LabelMatrix) {
    precondition(
        truth.rows == decision.rows && truth.columns == decision.columns,
        "truth is \(truth.rows) × \(truth.columns), the decision \(decision.rows) × \(decision.columns)")
}

/// Traps where truth and scores are not about the same samples and labels, or a score is not finite.
func requireSameShape(_ truth: LabelMatrix, _ scores: Matrix<Double>) {
    precondition(
        truth.rows == scores.rows && truth.columns == scores.columns,
        "truth is \(truth.rows) × \(truth.columns), scores are \(scores.rows) × \(scores.columns)")
    precondition(scores.values.allSatisfy { $0.isFinite }, "a score is not finite")
}
