import Classifiers
import LinearAlgebra
import Testing

@Suite struct StepCodingTests {
    /// numpy 2.4: quantiles of 0 … 8 at k / 8 are 1 … 7, their gradients 1.
    @Test func `seven steps lie at the quantiles of the training values`() {
        let coding = StepCoding(fitting: Matrix((0 ... 8).map { [Float($0)] }))
        #expect(coding.thresholds == [[1, 2, 3, 4, 5, 6, 7]])
        #expect(coding.widths == [[1, 1, 1, 1, 1, 1, 1]])
        #expect(coding.coded(Matrix([[2.75]])).values == [1, 1, 0.25, 0, 0, 0, 0])
        #expect(coding.coded(Matrix([[1e9]])).values == [1, 1, 1, 1, 1, 1, 1])
        #expect(coding.coded(Matrix([[-1e9]])).values == [0, 0, 0, 0, 0, 0, 0])
    }

    @Test func `equal quantiles are one step`() {
        let coding = StepCoding(fitting: Matrix([[0], [0], [0], [0], [0], [0], [0], [8]]))
        #expect(coding.thresholds[0].first == 0)
        #expect(coding.thresholds[0].count < 7)
        #expect(coding.sources == coding.thresholds[0].map { _ in 0 })
    }

    @Test func `a missing value has the mean code of the training values`() {
        let coding = StepCoding(fitting: Matrix([[1, 5], [2, .nan], [3, 6], [4, 7], [.nan, 9]]))
        let codes = coding.coded(Matrix([[.nan, 7], [1, .nan]]))
        let steps = coding.thresholds[0].count
        #expect(Array(codes.row(0).prefix(steps)) == coding.means[0].map(Float.init))
        #expect(Array(codes.row(1).dropFirst(steps)) == coding.means[1].map(Float.init))
        let ownMean = [Float(1), 2, 3, 4].map { coding.coded(Matrix([[$0, 5]]))[0, 0] }.reduce(0, +) / 4
        #expect(abs(Double(ownMean) - coding.means[0][0]) < 1e-6)
    }

    @Test func `a column without values or of one value has no steps`() {
        let coding = StepCoding(fitting: Matrix([[.nan, 3], [.nan, 3]]))
        #expect(coding.outputCount == 0)
        #expect(coding.inputCount == 2)
        #expect(coding.coded(Matrix([[1, 2]])).values.isEmpty)
    }

    @Test func `a coding made of its arrays is the fitted one`() {
        let fitted = StepCoding(fitting: Matrix([[1, 2], [3, 5], [4, 1], [8, 2]]))
        #expect(StepCoding(thresholds: fitted.thresholds, widths: fitted.widths, means: fitted.means) == fitted)
    }
}
