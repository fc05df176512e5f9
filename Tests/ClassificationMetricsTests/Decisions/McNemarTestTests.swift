import ClassificationMetrics
import LinearAlgebra
import Testing

struct McNemarTestTests {
    // binomtest(b, b + c, 0.5) of scipy
    @Test(
        arguments: [
            (2, 10, 0.03857421875), (12, 12, 1), (0, 5, 0.0625), (24, 0, 1.1920928955078125e-07), (3, 8, 0.2265625),
        ])
    func `few differing samples use the exact test`(first: Int, second: Int, expected: Double) {
        let test = McNemarTest(onlyFirstRight: first, onlySecondRight: second)
        #expect(test.statistic == nil)
        #expect(abs(test.pValue - expected) < 1e-12)
    }

    // chi2.sf((|b − c| − 1)²/(b + c), 1) of scipy
    @Test(arguments: [(10, 25, 5.6, 0.01796047752607879), (60, 40, 3.61, 0.05743311963200335), (25, 25, 0, 1)])
    func `many differing samples use chi-squared`(first: Int, second: Int, statistic: Double, expected: Double) throws {
        let test = McNemarTest(onlyFirstRight: first, onlySecondRight: second)
        #expect(abs(try #require(test.statistic) - statistic) < 1e-12)
        #expect(abs(test.pValue - expected) < 1e-12)
    }

    @Test func `classifiers that never differ have a p-value of one`() {
        #expect(McNemarTest(onlyFirstRight: 0, onlySecondRight: 0).pValue == 1)
    }

    @Test func `each label counts the samples that one classifier alone gets right`() {
        let truth = LabelMatrix([[1, 0], [1, 0], [0, 1], [0, 1]])
        let first = LabelMatrix([[1, 0], [0, 0], [0, 0], [1, 1]])
        let second = LabelMatrix([[1, 1], [1, 0], [1, 1], [1, 0]])
        let tests = McNemarTest.perLabel(truth: truth, first: first, second: second)
        #expect(tests.map(\.onlyFirstRight) == [1, 2])
        #expect(tests.map(\.onlySecondRight) == [1, 1])
    }
}
