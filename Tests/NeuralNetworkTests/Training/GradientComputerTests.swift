import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct GradientComputerTests {
    static let odd = MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 3, seed: 2)

    @Test(arguments: InstructionSet.available)
    func `loss, gradient and moving statistics are those of the plain loops`(_ instructions: InstructionSet) {
        let sample = TrainingSample(Self.odd)
        let expected = sample.plain()
        let found = sample.computed(instructions: instructions)
        #expect(abs(found.loss - expected.loss) < 1e-5)
        for (name, share) in TrainingSample.differences(
            found.gradient, expected.gradient, in: sample.network.layout.blocks)
        {
            #expect(share < 1e-3, "\(name)")
        }
        for (name, share) in TrainingSample.differences(
            found.moving, expected.moving, in: sample.network.layout.movingBlocks)
        {
            #expect(share < 1e-4, "\(name)")
        }
    }
}
