import ClassificationMetrics
import LinearAlgebra
import Testing

struct ROCAUCTests {
    @Test func `four samples computed by hand, a tie counting half`() {
        // Pairs true > false: 0.9 beats both, 0.5 ties with 0.5 and beats 0.1.
        let truth = LabelMatrix([[1], [0], [1], [0]])
        let scores = Matrix<Double>([[0.9], [0.5], [0.5], [0.1]])
        #expect(rocAUC(truth: truth, scores: scores, average: .macro) == 3.5 / 4)
    }

    @Test func `counting all pairs gives the same area`() throws {
        var random = SeededGenerator(seed: 21)
        for levels in [2, 7, 1000] {
            let set = try MetricFixtures.set(rows: 60, labels: 3, levels: levels, random: &random)
            for (label, area) in rocAUCPerLabel(truth: set.truth, scores: set.scores).enumerated() {
                let (truth, scores) = (set.truth.column(label), set.scores.column(label))
                var (won, pairs) = (0.0, 0.0)
                for i in truth.indices where truth[i] == 1 {
                    for j in truth.indices where truth[j] == 0 {
                        pairs += 1
                        won += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0
                    }
                }
                #expect(abs(try #require(area) - won / pairs) < 1e-12)
            }
        }
    }

    @Test func `a label that is always true makes the average undefined but not the other labels`() {
        let truth = LabelMatrix([[1, 1], [0, 1]])
        let scores = Matrix<Double>([[0.9, 0.1], [0.2, 0.8]])
        #expect(rocAUCPerLabel(truth: truth, scores: scores) == [1, nil])
        #expect(rocAUC(truth: truth, scores: scores, average: .macro) == nil)
        #expect(rocAUC(truth: truth, scores: scores, average: .weighted) == nil)
        #expect(rocAUC(truth: truth, scores: scores, average: .samples) == nil)
        #expect(rocAUC(truth: truth, scores: scores, average: .micro) == 2.0 / 3)
    }

    @Test func `the areas of scores and of inverted scores add up to one`() throws {
        var random = SeededGenerator(seed: 2)
        let set = try MetricFixtures.set(rows: 40, labels: 2, levels: 9, random: &random)
        let opposite = Matrix(rows: 40, columns: 2, values: set.scores.values.map { 1 - $0 })
        let (one, other) = (
            try #require(rocAUC(truth: set.truth, scores: set.scores, average: .macro)),
            try #require(rocAUC(truth: set.truth, scores: opposite, average: .macro))
        )
        #expect(abs(one + other - 1) < 1e-12)
    }
}
