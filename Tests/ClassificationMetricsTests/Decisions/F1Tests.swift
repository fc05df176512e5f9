import ClassificationMetrics
import LinearAlgebra
import Testing

struct F1Tests {
    private static let truth = LabelMatrix([[1, 0, 0], [1, 1, 0], [0, 1, 0], [1, 0, 0]])
    private static let decision = LabelMatrix([[1, 0, 0], [0, 1, 0], [1, 1, 0], [1, 1, 0]])

    @Test func `the four averages of three labels computed by hand`() {
        // tp, fp, fn: (2, 1, 1), (2, 1, 0), (0, 0, 0)
        let (first, second) = (4.0 / 6, 4.0 / 5)
        func value(_ average: Averaging, _ zeroDivision: ZeroDivision = .zero) -> Double {
            f1(truth: Self.truth, decision: Self.decision, average: average, zeroDivision: zeroDivision)
        }
        #expect(f1PerLabel(truth: Self.truth, decision: Self.decision) == [first, second, 0])
        #expect(value(.micro) == 8.0 / 11)
        #expect(abs(value(.macro) - (first + second) / 3) < 1e-15)
        #expect(abs(value(.macro, .one) - (first + second + 1) / 3) < 1e-15)
        #expect(abs(value(.weighted) - (3 * first + 2 * second) / 5) < 1e-15)
        #expect(abs(value(.samples) - (1 + 2.0 / 3 + 2.0 / 3 + 2.0 / 3) / 4) < 1e-15)
    }

    @Test func `precision and recall and Jaccard of the same labels`() {
        let (truth, decision) = (Self.truth, Self.decision)
        let twoThirds = 2.0 / 3
        #expect(precisionPerLabel(truth: truth, decision: decision) == [twoThirds, twoThirds, 0])
        #expect(recallPerLabel(truth: truth, decision: decision) == [twoThirds, 1, 0])
        #expect(jaccardPerLabel(truth: truth, decision: decision) == [0.5, twoThirds, 0])
        #expect(recallPerLabel(truth: truth, decision: decision, zeroDivision: .one) == [twoThirds, 1, 1])
    }

    @Test func `without any true label the weighted average is the unweighted one`() {
        // scikit-learn 1.9.1: f1_score(zeros(4, 3), …, average='weighted', zero_division=1) is 1/3.
        let truth = LabelMatrix(rows: 4, columns: 3)
        let decision = LabelMatrix([[1, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]])
        for metric in [f1, precision, jaccard] {
            #expect(abs(metric(truth, decision, .weighted, .one) - 1.0 / 3) < 1e-15)
            #expect(metric(truth, decision, .weighted, .zero) == 0)
        }
        #expect(recall(truth: truth, decision: decision, average: .weighted, zeroDivision: .one) == 1)
    }

    @Test(arguments: Averaging.allCases, ZeroDivision.allCases)
    func `no samples are a division by zero`(average: Averaging, zeroDivision: ZeroDivision) {
        let none = LabelMatrix(rows: 0, columns: 2)
        for metric in [f1, precision, recall, jaccard] {
            #expect(metric(none, none, average, zeroDivision) == zeroDivision.rawValue)
        }
    }

    @Test func `F1 is the harmonic mean of precision and recall`() throws {
        var random = SeededGenerator(seed: 3)
        let set = try MetricFixtures.set(rows: 50, labels: 5, levels: 10, random: &random)
        for counts in labelCounts(truth: set.truth, decision: set.decision) {
            let (precision, recall) = (counts.precision(), counts.recall())
            #expect(abs(counts.f1() - 2 * precision * recall / (precision + recall)) < 1e-12)
        }
    }
}
