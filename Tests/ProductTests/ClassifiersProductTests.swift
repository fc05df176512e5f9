import Classifiers
import LinearAlgebra
import Testing

/// The library product `Classifiers` as another package sees it: nothing but its public interface.
struct ClassifiersProductTests {
    @Test func `the example in the documentation runs`() throws {
        let features = Matrix<Float>([[0, 1], [1, 0], [0.1, 0.9], [0.9, 0.2]])
        let truth = LabelMatrix([[0, 1], [1, 0], [0, 1], [1, 0]])
        let model = try BinaryRelevance.fit(features: features, truth: truth, parameters: .init(c: 1))
        print(model.probabilities(features).row(0))

        #expect(model.probabilities(features)[0, 1] > 0.5 && model.probabilities(features)[1, 1] < 0.5)
    }
}
