import ClassificationMetrics
import LinearAlgebra
import Testing

struct AveragePrecisionTests {
    @Test func `four samples computed by hand`() {
        // Down the ranking: true (1/1), false, true (2/3), false.
        let truth = LabelMatrix([[0], [1], [0], [1]])
        let scores = Matrix<Double>([[0.7], [0.9], [0.1], [0.4]])
        let found = averagePrecisionPerLabel(truth: truth, scores: scores)
        #expect(found.count == 1)
        #expect(abs(found[0] - 5.0 / 6) < 1e-15)
    }

    @Test func `with equal scores it is the prevalence`() {
        let truth = LabelMatrix([[1], [0], [0], [0]])
        let scores = Matrix<Double>([[0.5], [0.5], [0.5], [0.5]])
        #expect(averagePrecisionPerLabel(truth: truth, scores: scores) == [0.25])
    }

    @Test func `a sum over separate thresholds gives the same`() throws {
        var random = SeededGenerator(seed: 22)
        for levels in [2, 7, 1000] {
            let set = try MetricFixtures.set(rows: 60, labels: 3, levels: levels, random: &random)
            for (label, value) in averagePrecisionPerLabel(truth: set.truth, scores: set.scores).enumerated() {
                let (truth, scores) = (set.truth.column(label), set.scores.column(label))
                let positives = Double(truth.count { $0 == 1 })
                var (sum, lastRecall) = (0.0, 0.0)
                for threshold in Set(scores).sorted(by: >) {
                    let passed = scores.indices.filter { scores[$0] >= threshold }
                    let right = Double(passed.count { truth[$0] == 1 })
                    sum += (right / positives - lastRecall) * right / Double(passed.count)
                    lastRecall = right / positives
                }
                #expect(abs(value - sum) < 1e-12)
            }
        }
    }

    @Test func `a label that is never true counts as zero`() {
        // The same as in scikit-learn 1.3.2 and 1.9.1.
        let truth = LabelMatrix([[1, 0], [0, 0]])
        let scores = Matrix<Double>([[0.9, 0.3], [0.2, 0.8]])
        #expect(averagePrecision(truth: truth, scores: scores, average: .macro) == 0.5)
        #expect(averagePrecision(truth: truth, scores: scores, average: .weighted) == 1)
        #expect(averagePrecision(truth: truth, scores: scores, average: .samples) == 0.5)
        let none = Matrix<Double>(rows: 0, columns: 2)
        #expect(averagePrecision(truth: LabelMatrix(rows: 0, columns: 2), scores: none, average: .macro) == nil)
    }
}
