import ClassificationMetrics
import LinearAlgebra

/// Random samples for comparisons with naive implementations.
enum MetricFixtures {
    /// Returns scores in steps of 1/levels, so that many are equal. The truth follows the scores with noise.
    static func set(
        rows: Int, labels: Int, levels: Int, random: inout SeededGenerator
    ) throws -> ScoredSet {
        var truth = LabelMatrix(rows: rows, columns: labels)
        var decision = LabelMatrix(rows: rows, columns: labels)
        var scores = Matrix<Double>(rows: rows, columns: labels)
        for row in 0 ..< rows {
            for label in 0 ..< labels {
                let score = Double(random.integer(below: levels + 1)) / Double(levels)
                scores[row, label] = score
                truth[row, label] = random.uniform() < 0.1 + 0.7 * score
                decision[row, label] = score > 0.55
            }
        }
        let uncertain = (0 ..< rows).map { _ in random.uniform() < 0.2 }
        return try ScoredSet(truth: truth, scores: scores, decision: decision, uncertain: uncertain)
    }
}
