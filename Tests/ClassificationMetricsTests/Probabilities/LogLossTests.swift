import ClassificationMetrics
import Foundation
import LinearAlgebra
import Testing

struct LogLossTests {
    @Test func `two samples computed by hand`() throws {
        let truth = LabelMatrix([[1], [0]])
        let scores = Matrix<Double>([[0.8], [0.4]])
        let loss = try #require(logLossPerLabel(truth: truth, scores: scores)[0])
        #expect(abs(loss + (log(0.8) + log(0.6)) / 2) < 1e-15)
        let brier = try #require(brierScorePerLabel(truth: truth, scores: scores)[0])
        #expect(abs(brier - (0.04 + 0.16) / 2) < 1e-15)
    }

    @Test func `one confident error costs 36 and stays finite`() throws {
        let loss = try #require(logLossPerLabel(truth: LabelMatrix([[1]]), scores: Matrix([[0]]))[0])
        #expect(abs(loss - 52 * log(2)) < 1e-12)
        #expect(brierScorePerLabel(truth: LabelMatrix([[1]]), scores: Matrix([[0]])) == [1])
    }

    @Test func `without samples it is undefined`() {
        let (truth, scores) = (LabelMatrix(rows: 0, columns: 2), Matrix<Double>(rows: 0, columns: 2))
        #expect(logLossPerLabel(truth: truth, scores: scores) == [nil, nil])
        #expect(brierScorePerLabel(truth: truth, scores: scores) == [nil, nil])
    }
}
