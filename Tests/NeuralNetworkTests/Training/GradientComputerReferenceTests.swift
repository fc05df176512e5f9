import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct GradientComputerReferenceTests {
    @Test(arguments: [BatchNormalization.training(momentum: 0.9), .frozen])
    func `gradients are central differences to six digits`(_ batchNormalization: BatchNormalization) {
        var sample = TrainingSample(GradientComputerTests.odd, inputSize: 40, count: 5)
        sample.batchNormalization = batchNormalization
        sample.dropout = 0.25
        let layout = sample.network.layout
        let parameters = sample.network.parameters.map(Double.init)
        let gradient = sample.plain().gradient
        var generator = SeededGenerator(seed: 3)
        // Every fifth block includes kernels, gammas and betas of every kind of layer, and kernel and bias of the head.
        let blocks = stride(from: 0, to: layout.blocks.count, by: 5).map { layout.blocks[$0] } + layout.blocks.suffix(2)
        for block in blocks {
            let direction = block.range.map { _ in generator.normal() }
            let expected = zip(block.range, direction).reduce(0.0) { $0 + gradient[$1.0] * $1.1 }
            // The loss does not depend on betas before a batch normalization, so the scale is that of their layer.
            let scale = layout.blocks.filter { $0.layer == block.layer }.flatMap { Array($0.range) }
                .reduce(0.0) { max($0, abs(gradient[$1])) }
            // The step is so short (10⁻⁶ of the loss) that hardly any ReLU6 changes its branch.
            let step = 1e-6 / (scale * Double(direction.count).squareRoot())
            func loss(_ sign: Double) -> Double {
                var moved = parameters
                for (place, value) in zip(block.range, direction) { moved[place] += sign * step * value }
                return sample.plain(parameters: moved, computesGradient: false).loss
            }
            let slope = (loss(1) - loss(-1)) / (2 * step)
            #expect(abs(slope - expected) < 1e-6 * max(abs(expected), scale), "\(block.name)")
        }
    }
}
