import LinearAlgebra
import Testing

@Suite struct LabelMatrixTests {
    @Test func `rows have labels, and columns have support`() {
        var truth = LabelMatrix([[1, 0, 1], [0, 0, 0], [1, 1, 0]])
        #expect(truth.labels(ofRow: 0) == [0, 2])
        #expect(truth.labels(ofRow: 1) == [])
        #expect(truth.support == [2, 1, 1])
        #expect(truth.column(0) == [1, 0, 1])
        truth[1, 1] = true
        #expect(truth[1, 1] && truth.support == [2, 2, 1])
        #expect(truth.selecting(rows: [2, 0]) == LabelMatrix([[1, 1, 0], [1, 0, 1]]))
    }
}
