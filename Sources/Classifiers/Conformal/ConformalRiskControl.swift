import LinearAlgebra

/// A threshold of scores that misses at most a nominal share of the true labels, on average over samples.
///
/// The set of a sample contains every label with a score above λ. Its risk is the share of its true labels outside of
/// the set. λ is the largest value of a grid with n/(n + 1) · (mean risk) + 1/(n + 1) below α, over the n calibration
/// samples with a true label.
///
/// - Source: Angelopoulos, Bates, Fisch, Lei & Schuster, Conformal Risk Control, ICLR 2024.
public struct ConformalRiskControl: Equatable, Codable, Sendable {
    /// The nominal share of missed labels, above 0 and below 1.
    public let alpha: Double
    /// Nil if no value of the grid is sufficient (too few samples). Then all labels are in the set.
    public let lambda: Double?

    public init(alpha: Double, lambda: Double?) {
        self.alpha = alpha
        self.lambda = lambda
    }

    /// Selects λ.
    ///
    /// - Parameters:
    ///   - scores: n × L, probabilities, of samples that nothing else was fitted or tuned on.
    ///   - truth: n × L.
    ///   - steps: the grid is 0, 1/steps, … below 1.
    public static func fit(
        scores: Matrix<Double>, truth: LabelMatrix, alpha: Double, steps: Int = 100
    ) -> ConformalRiskControl {
        precondition(alpha > 0 && alpha < 1, "alpha must be between 0 and 1, found \(alpha)")
        let risks = adjustedRisks(scores: scores, truth: truth, steps: steps)
        // The risk does not decrease with λ, so the last step below alpha ends the first run of them.
        let step = risks.lastIndex { $0 < alpha }
        return ConformalRiskControl(alpha: alpha, lambda: step.map { gridValue($0, steps) })
    }

    /// Returns the sets: n × L.
    public func sets(_ scores: Matrix<Double>) -> LabelMatrix {
        let values = scores.values.map { score -> UInt8 in lambda.map { score > $0 ? 1 : 0 } ?? 1 }
        return LabelMatrix(rows: scores.rows, columns: scores.columns, values: values)
    }

    /// Returns n/(n + 1) · (mean risk) + 1/(n + 1) at each step of the grid; empty if no sample has a true label.
    static func adjustedRisks(scores: Matrix<Double>, truth: LabelMatrix, steps: Int) -> [Double] {
        requireProbabilities(scores, of: truth)
        precondition(steps >= 1, "a grid needs at least one step, found \(steps)")
        let rows = (0 ..< truth.rows).filter { truth.row($0).contains(1) }
        guard !rows.isEmpty else { return [] }
        let n = Double(rows.count)
        return (0 ..< steps).map { step in
            let lambda = gridValue(step, steps)
            let missed = rows.map { row in
                let labels = truth.labels(ofRow: row)
                return Double(labels.count { scores[row, $0] <= lambda }) / Double(labels.count)
            }
            return n / (n + 1) * (missed.reduce(0, +) / n) + 1 / (n + 1)
        }
    }

    private static func gridValue(_ step: Int, _ steps: Int) -> Double { Double(step) / Double(steps) }
}
