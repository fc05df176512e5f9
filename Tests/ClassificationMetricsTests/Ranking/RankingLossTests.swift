import ClassificationMetrics
import LinearAlgebra
import Testing

struct RankingLossTests {
    @Test func `three samples computed by hand`() {
        // First: one of the pairs (a, b) and (a, c) is in the wrong order. Second: a tie counts as wrong. Third: no
        // pairs.
        let truth = LabelMatrix([[1, 0, 0], [1, 0, 1], [0, 0, 0]])
        let scores = Matrix<Double>([[0.5, 0.9, 0.1], [0.4, 0.4, 0.8], [0.3, 0.2, 0.1]])
        #expect(rankingLoss(truth: truth, scores: scores) == 1.0 / 3)
    }

    @Test func `ranking loss of a sample with no positive label is zero`() {
        let scores = Matrix<Double>([[0.9, 0.1]])
        #expect(rankingLoss(truth: LabelMatrix([[0, 0]]), scores: scores) == 0)
        #expect(rankingLoss(truth: LabelMatrix([[1, 1]]), scores: scores) == 0)
        #expect(rankingLoss(truth: LabelMatrix(rows: 0, columns: 2), scores: Matrix(rows: 0, columns: 2)) == nil)
    }

    @Test func `comparing every pair of labels gives the same`() throws {
        var random = SeededGenerator(seed: 23)
        let set = try MetricFixtures.set(rows: 50, labels: 6, levels: 5, random: &random)
        var loss = 0.0
        for row in 0 ..< 50 {
            let positives = set.truth.labels(ofRow: row)
            let negatives = (0 ..< 6).filter { !positives.contains($0) }
            guard !positives.isEmpty, !negatives.isEmpty else { continue }
            var wrong = 0
            for positive in positives {
                wrong += negatives.count { set.scores[row, $0] >= set.scores[row, positive] }
            }
            loss += Double(wrong) / Double(positives.count * negatives.count)
        }
        #expect(abs(try #require(rankingLoss(truth: set.truth, scores: set.scores)) - loss / 50) < 1e-12)
    }
}
