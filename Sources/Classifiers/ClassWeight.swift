import LinearAlgebra

/// How much a sample that carries a label counts against one that does not.
public enum ClassWeight: String, Codable, Equatable, Sendable, CaseIterable {
    /// All samples count 1.
    case none

    /// n / (2·n₁) and n / (2·n₀), as scikit-learn's `balanced`: both sides count the same in sum.
    case balanced

    /// The weights of a sample without and with a label.
    func weights(positives: Int, of rows: Int) -> (negative: Double, positive: Double) {
        guard self == .balanced, positives > 0, positives < rows else { return (1, 1) }
        return (Double(rows) / (2 * Double(rows - positives)), Double(rows) / (2 * Double(positives)))
    }
}
