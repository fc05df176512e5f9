import ClassificationMetrics
import LinearAlgebra
import Testing

struct LabelRankingAveragePrecisionTests {
    @Test func `three samples computed by hand`() throws {
        // The true label is second: 1/2. One of two is first and one third with a tie: 1 and 2/3. No label is true: 1.
        let truth = LabelMatrix([[1, 0, 0], [1, 0, 1], [0, 0, 0]])
        let scores = Matrix<Double>([[0.5, 0.9, 0.1], [0.4, 0.4, 0.8], [0.3, 0.2, 0.1]])
        let found = try #require(labelRankingAveragePrecision(truth: truth, scores: scores))
        #expect(abs(found - 7.0 / 9) < 1e-15)
    }

    @Test func `a sample whose labels are all true or all false counts one`() {
        let truth = LabelMatrix([[0, 0], [1, 1]])
        #expect(labelRankingAveragePrecision(truth: truth, scores: Matrix([[0.9, 0.1], [0.9, 0.1]])) == 1)
    }

    @Test func `a sum over separate true labels gives the same`() throws {
        var random = SeededGenerator(seed: 28)
        let set = try MetricFixtures.set(rows: 50, labels: 6, levels: 5, random: &random)
        var sum = 0.0
        for row in 0 ..< 50 {
            let positives = set.truth.labels(ofRow: row)
            let shares = positives.map { label in
                let score = set.scores[row, label]
                let above = positives.count { set.scores[row, $0] >= score }
                return Double(above) / Double(set.scores.row(row).count { $0 >= score })
            }
            sum += positives.isEmpty ? 1 : shares.reduce(0, +) / Double(positives.count)
        }
        let found = try #require(labelRankingAveragePrecision(truth: set.truth, scores: set.scores))
        #expect(abs(found - sum / 50) < 1e-12)
    }
}
