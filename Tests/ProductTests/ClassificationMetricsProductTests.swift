import ClassificationMetrics
import LinearAlgebra
import Testing

/// The library product `ClassificationMetrics` as another package sees it: nothing but its public interface.
struct ClassificationMetricsProductTests {
    @Test func `the example in the documentation runs`() {
        let truth = LabelMatrix([[1, 0], [0, 1], [1, 1]])
        let decision = LabelMatrix([[1, 0], [0, 1], [0, 1]])
        print(f1(truth: truth, decision: decision, average: .macro))

        // Both labels have one hit more than half: 2·1/(2+0+1) and 2·2/(4+0+0).
        #expect(abs(f1(truth: truth, decision: decision, average: .macro) - (2.0 / 3 + 1) / 2) < 1e-12)
    }
}
