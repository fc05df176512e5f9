import ClassificationMetrics
import LinearAlgebra
import Testing

struct TopLabelTests {
    private static let truth = LabelMatrix([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 1, 1], [0, 0, 0]])
    private static let scores = Matrix<Double>([
        [0.4, 0.4, 0.2], [0.1, 0.2, 0.7], [0.0, 0.3, 0.9], [0.1, 0.8, 0.8], [0.6, 0.5, 0.5],
    ])

    @Test func `of equal scores the first label is the top one`() {
        #expect(topLabels(Self.scores) == [0, 2, 2, 1, 0])
    }

    @Test func `the top label is right when it is among the true ones`() {
        #expect(top1Accuracy(truth: Self.truth, scores: Self.scores) == 3.0 / 5)
    }

    @Test func `F1 of the top labels computed by hand`() throws {
        // tp, fp, fn: (1, 1, 0), (1, 0, 1), (1, 1, 1)
        let expected = (2.0 / 3 + 2.0 / 3 + 2.0 / 4) / 3
        #expect(abs(try #require(top1F1Macro(truth: Self.truth, scores: Self.scores)) - expected) < 1e-15)
    }

    @Test func `a label that is neither true nor predicted counts as zero`() throws {
        let truth = LabelMatrix([[1, 0, 0], [0, 1, 0]])
        let scores = Matrix<Double>([[0.9, 0.1, 0], [0.1, 0.9, 0]])
        #expect(abs(try #require(top1F1Macro(truth: truth, scores: scores)) - 2.0 / 3) < 1e-15)
        #expect(top1Accuracy(truth: truth, scores: scores) == 1)
    }

    @Test func `the confusion matrix counts samples with one true label and the number of others`() {
        let matrix = ConfusionMatrix(truth: Self.truth, scores: Self.scores)
        #expect(matrix.counts == [[1, 0, 0], [0, 0, 1], [0, 0, 1]])
        #expect(matrix.leftOut == 2)
    }
}
