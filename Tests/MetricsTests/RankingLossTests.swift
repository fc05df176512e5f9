import LinearAlgebra
import Metrics
import Testing

struct RankingLossTests {
    @Test func `three samples worked by hand`() {
        // First: of the pairs (a over b, a over c) one is wrong. Second: a tie is wrong. Third: nothing to rank.
        let truth = LabelMatrix([[1, 0, 0], [1, 0, 1], [0, 0, 0]])
        let scores = Matrix<Double>([[0.5, 0.9, 0.1], [0.4, 0.4, 0.8], [0.3, 0.2, 0.1]])
        #expect(rankingLoss(truth: truth, scores: scores) == (0.5 + 0.5 + 0) / 3)
        #expect(coverageError(truth: truth, scores: scores) == (2 + 3 + 0) / 3.0)
        // First: the label is second of its kind: 1/2. Second: 2/3 and 1. Third: 1.
        let precision = labelRankingAveragePrecision(truth: truth, scores: scores)
        #expect(abs(precision! - (0.5 + (2.0 / 3 + 1) / 2 + 1) / 3) < 1e-15)
    }

    @Test func `ranking loss of a sample with no positive label is zero`() {
        let scores = Matrix<Double>([[0.9, 0.1]])
        #expect(rankingLoss(truth: LabelMatrix([[0, 0]]), scores: scores) == 0)
        #expect(rankingLoss(truth: LabelMatrix([[1, 1]]), scores: scores) == 0)
        #expect(coverageError(truth: LabelMatrix([[0, 0]]), scores: scores) == 0)
        #expect(labelRankingAveragePrecision(truth: LabelMatrix([[0, 0]]), scores: scores) == 1)
    }

    @Test func `comparing every pair of labels gives the same`() throws {
        var random = SeededGenerator(seed: 23)
        let set = try MetricFixtures.set(rows: 50, labels: 6, levels: 5, random: &random)
        var (loss, coverage, precision) = (0.0, 0.0, 0.0)
        for row in 0 ..< 50 {
            let scores = Array(set.scores.row(row))
            let positives = set.truth.labels(ofRow: row)
            let negatives = (0 ..< 6).filter { !positives.contains($0) }
            let wrong = positives.flatMap { p in negatives.filter { scores[$0] >= scores[p] } }.count
            if !positives.isEmpty, !negatives.isEmpty {
                loss += Double(wrong) / Double(positives.count * negatives.count)
            }
            coverage += Double(positives.map { p in scores.count { $0 >= scores[p] } }.max() ?? 0)
            let shares = positives.map { p in
                Double(positives.count { scores[$0] >= scores[p] }) / Double(scores.count { $0 >= scores[p] })
            }
            precision += positives.isEmpty ? 1 : shares.reduce(0, +) / Double(positives.count)
        }
        #expect(abs(try #require(rankingLoss(truth: set.truth, scores: set.scores)) - loss / 50) < 1e-12)
        #expect(abs(try #require(coverageError(truth: set.truth, scores: set.scores)) - coverage / 50) < 1e-12)
        let found = try #require(labelRankingAveragePrecision(truth: set.truth, scores: set.scores))
        #expect(abs(found - precision / 50) < 1e-12)
    }
}
