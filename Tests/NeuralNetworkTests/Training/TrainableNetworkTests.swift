import Foundation
import Imaging
import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct TrainableNetworkTests {
    @Test func `the layout has Keras' names and order, and every index once`() {
        let layout = ParameterLayout(alpha: 1, labelCount: 6)
        #expect(
            layout.blocks.prefix(4).map(\.name) == [
                "Conv1/kernel", "bn_Conv1/gamma", "bn_Conv1/beta", "expanded_conv_depthwise/kernel",
            ])
        #expect(layout.blocks[0].shape == [3, 3, 1, 32])
        #expect(layout.blocks.suffix(3).map(\.name) == ["Conv_1_bn/beta", "predictions/kernel", "predictions/bias"])
        #expect(layout.blocks.map(\.range).reduce(0) { $1.lowerBound == $0 ? $1.upperBound : -1 } == layout.count)
        #expect(
            layout.movingBlocks.map(\.range).reduce(0) { $1.lowerBound == $0 ? $1.upperBound : -1 }
                == layout.movingCount)
        // Keras has 2,257,984 parameters with three input channels, of which 34,112 are moving statistics.
        #expect(layout.count == 2_257_984 - 34_112 - 2 * 9 * 32 + 1280 * 6 + 6)
        #expect(layout.movingCount == 34_112)
        #expect(layout.blocks.filter(\.isDecayed).allSatisfy { $0.name.hasSuffix("/kernel") })
        #expect(layout.blocks.filter(\.isDecayed).count == 53)
    }

    @Test func `layers are found by name prefixes`() {
        let layout = ParameterLayout(alpha: 0.35, labelCount: 1)
        #expect(layout.layers(beginningWith: ["block_1_"]).count == 6)
        #expect(layout.layers(beginningWith: ["block_1"]).count == 6 * 8)
        #expect(layout.layers(beginningWith: ["predictions", "Conv1"]) == ["predictions", "Conv1"])
        #expect(layout.layers(beginningWith: ["nothing"]).isEmpty)
    }

    @Test func `weights convert to one channel and back to three that add up to it`() {
        let network = TrainableNetwork(weights: GradientComputerTests.odd, labelCount: 2, seed: 1)
        let weights = network.weights
        #expect(weights.layers[0].shape == [3, 3, 3, 5])
        #expect(Array(weights.layers.dropFirst()) == Array(GradientComputerTests.odd.layers.dropFirst()))
        let again = TrainableNetwork(weights: weights, labelCount: 2, seed: 1)
        #expect(again.parameters == network.parameters)
        #expect(again.movingStatistics == network.movingStatistics)
        // The sum is exact in double precision in any order, so the inference gets the same bits.
        let kernel = network.parameters[network.layout.convolutions[0].kernel]
        for (index, value) in kernel.enumerated() {
            let (place, channel) = (index / 5, index % 5)
            let thirds = (0 ..< 3).map { Double(weights.layers[0].kernel[(place * 3 + $0) * 5 + channel]) }
            #expect(thirds[0] + thirds[1] + thirds[2] == Double(value))
            #expect(thirds[2] + thirds[1] + thirds[0] == Double(value))
        }
    }

    @Test func `a frozen step gives the scores of the inference`() {
        let sample = TrainingSample(GradientComputerTests.narrow, inputSize: 64, count: 2)
        var network = sample.network
        var gradient: [Float] = []
        let computer = GradientComputer(layout: network.layout, batchSize: 2, inputSize: 64)
        let found = computer.gradient(
            of: &network, images: sample.images, targets: sample.targets, batchNormalization: .frozen, into: &gradient)
        let images = MobileNetV2Samples.images(2, size: 64, seed: 1)
        let features = MobileNetV2(network.weights, inputSize: 64).features(of: images)
        let (kernel, bias) = (network.headKernel, network.headBias)
        for image in 0 ..< 2 {
            for label in 0 ..< 3 {
                let logit = features.row(image).enumerated().reduce(bias[label]) {
                    $0 + $1.element * kernel[$1.offset * 3 + label]
                }
                #expect(abs(found.scores[image, label] - 1 / (1 + exp(-logit))) < 1e-5)
            }
        }
    }

    @Test func `a random start depends on its seed only`() {
        let one = TrainableNetwork(alpha: 0.35, labelCount: 3, seed: 1)
        #expect(TrainableNetwork(alpha: 0.35, labelCount: 3, seed: 1).parameters == one.parameters)
        #expect(TrainableNetwork(alpha: 0.35, labelCount: 3, seed: 2).parameters != one.parameters)
        let variance = { (values: ArraySlice<Float>) in
            values.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(values.count)
        }
        let expand = one.layout.convolutions[30]
        #expect(abs(variance(one.parameters[expand.kernel]) * Double(expand.shape[2]) / 2 - 1) < 0.1)
        #expect(one.parameters[expand.gamma].allSatisfy { $0 == 1 })
        #expect(one.movingStatistics[expand.variance].allSatisfy { $0 == 1 })
    }
}
