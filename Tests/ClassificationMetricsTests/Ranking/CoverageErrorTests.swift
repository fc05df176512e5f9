import ClassificationMetrics
import LinearAlgebra
import Testing

struct CoverageErrorTests {
    @Test func `three samples computed by hand`() {
        // The true label is second; the lower of two is third with a tie; no label is true.
        let truth = LabelMatrix([[1, 0, 0], [1, 0, 1], [0, 0, 0]])
        let scores = Matrix<Double>([[0.5, 0.9, 0.1], [0.4, 0.4, 0.8], [0.3, 0.2, 0.1]])
        #expect(coverageError(truth: truth, scores: scores) == 5.0 / 3)
    }

    @Test func `without samples it is undefined`() {
        #expect(coverageError(truth: LabelMatrix(rows: 0, columns: 2), scores: Matrix(rows: 0, columns: 2)) == nil)
    }

    @Test func `the deepest rank among the true labels gives the same`() throws {
        var random = SeededGenerator(seed: 27)
        let set = try MetricFixtures.set(rows: 50, labels: 6, levels: 5, random: &random)
        var sum = 0
        for row in 0 ..< 50 {
            let scores = set.scores.row(row)
            let ranks = set.truth.labels(ofRow: row).map { label in scores.count { $0 >= set.scores[row, label] } }
            sum += ranks.max() ?? 0
        }
        let found = try #require(coverageError(truth: set.truth, scores: set.scores))
        #expect(abs(found - Double(sum) / 50) < 1e-12)
    }
}
