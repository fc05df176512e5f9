import ClassificationMetrics
import LinearAlgebra
import Testing

@testable import Evaluation

@Suite struct FoldResultsTests {
    private func set() throws -> ScoredSet {
        let truth = LabelMatrix([[1, 0], [0, 1], [1, 0], [0, 1], [1, 0]])
        let decision = LabelMatrix([[1, 0], [0, 1], [0, 1], [0, 1], [1, 1]])
        return try ScoredSet(
            truth: truth, scores: Matrix([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.1, 0.9], [0.7, 0.6]]),
            decision: decision)
    }

    @Test func `mean and standard deviation are over the folds in natural order`() throws {
        let found = FoldResults(of: try set(), folds: ["10", "10", "9", "9", "9"])
        #expect(found.each.map(\.name) == ["9", "10"])
        #expect(found.each.map(\.n) == [3, 2])
        // Fold 9 misses 3 of 6 labels, fold 10 none of 4.
        #expect(found.each[0].metrics[.hammingLoss] == 0.5)
        #expect(found.mean[.hammingLoss] == 0.25)
        #expect(abs((found.sd[.hammingLoss] ?? 0) - 0.125.squareRoot()) < 1e-15)
    }

    @Test func `a metric that is undefined in a fold does not enter the mean`() throws {
        // Fold a has one class only, so no ROC AUC.
        let found = FoldResults(of: try set(), folds: ["a", "b", "a", "b", "b"])
        #expect(found.each[0].metrics[.rocAUCMacro] == nil)
        #expect(found.mean[.rocAUCMacro] == found.each[1].metrics[.rocAUCMacro])
        #expect(found.sd[.rocAUCMacro] == nil)
    }
}
