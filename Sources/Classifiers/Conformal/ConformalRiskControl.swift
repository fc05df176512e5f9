import LinearAlgebra

/// A score bound that misses at most a promised share of the true labels, on average over samples.
///
/// The set of a sample is every label that scores above λ, its risk the share of its true labels outside the set.
/// λ is the largest of a grid for which n/(n + 1) · (mean risk) + 1/(n + 1) is under α, over the n calibration samples
/// that have a true label.
///
/// - Source: Angelopoulos, Bates, Fisch, Lei & Schuster, Conformal Risk Control, ICLR 2024.
public struct ConformalRiskControl: Equatable, Codable, Sendable {
    /// The promised share of missed labels, above 0 and under 1.
    public let alpha: Double
    /// Nil where no bound of the grid keeps the promise (too few samples): then no label may be left out.
    public let lambda: Double?

    public init(alpha: Double, lambda: Double?) {
        self.alpha = alpha
        self.lambda = lambda
    }

    /// - Parameters:
    ///   - scores: n × L, probabilities, of samples that nothing else was fitted or tuned on.
    ///   - truth: n × L.
    ///   - steps: the grid is 0, 1/steps, … under 1.
    public static func fit(
        scores: Matrix<Double>, truth: LabelMatrix, alpha: Double, steps: Int = 100
    ) -> ConformalRiskControl {
        precondition(alpha > 0 && alpha < 1, "alpha is between 0 and 1, found \(alpha)")
        let risks = adjustedRisks(scores: scores, truth: truth, steps: steps)
        // The risk never falls as the bound rises, so the last step under alpha ends the first run of them.
        let step = risks.lastIndex { $0 < alpha }
        return ConformalRiskControl(alpha: alpha, lambda: step.map { gridValue($0, steps) })
    }

    /// The labels of each sample that may be true: n × L.
    public func sets(_ scores: Matrix<Double>) -> LabelMatrix {
        let values = scores.values.map { score -> UInt8 in lambda.map { score > $0 ? 1 : 0 } ?? 1 }
        return LabelMatrix(rows: scores.rows, columns: scores.columns, values: values)
    }

    /// n/(n + 1) · (mean risk) + 1/(n + 1) at each step of the grid; empty where no sample has a true label.
    static func adjustedRisks(scores: Matrix<Double>, truth: LabelMatrix, steps: Int) -> [Double] {
        requireProbabilities(scores, of: truth)
        precondition(steps >= 1, "a grid of \(steps) steps")
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
