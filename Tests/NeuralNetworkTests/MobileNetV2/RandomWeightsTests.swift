import Foundation
import NeuralNetwork
import Testing

@Suite struct RandomWeightsTests {
    private let network = MobileNetV2Weights.random(alpha: 0.35, seed: 5)

    @Test func `the shapes are those of keras.applications`() {
        // keras.applications.MobileNetV2(alpha=0.35, include_top=False).count_params()
        #expect(network.layers.reduce(0) { $0 + $1.kernel.count + 4 * $1.channels } == 410_208)
        #expect(network.layers[0].shape == [3, 3, 3, 16])
        #expect(network.layers[51].shape == [1, 1, 112, 1280])
        #expect(network.featureCount == 1280)
    }

    @Test func `the values depend on the seed only`() {
        #expect(MobileNetV2Weights.random(alpha: 0.35, seed: 5) == network)
        let other = MobileNetV2Weights.random(alpha: 0.35, seed: 6)
        #expect(zip(network.layers, other.layers).allSatisfy { $0.kernel != $1.kernel })
    }

    @Test func `a randomized network has only the shape of the original`() {
        var trained = network.layers
        trained[3].kernel = trained[3].kernel.map { $0 + 1 }
        trained[3].variance[0] = 9
        let weights = MobileNetV2Weights(layers: trained)
        #expect(weights.randomized(seed: 5) == network)
        #expect(weights.randomized(seed: 6) == MobileNetV2Weights.random(alpha: 0.35, seed: 6))
    }

    @Test func `kernels are normal with twice the variance of one over the fan in`() {
        for (name, fanIn) in [("Conv1", 27), ("block_16_depthwise", 9), ("block_16_project", 336), ("Conv_1", 112)] {
            let kernel = network.layers.first { $0.name == name }!.kernel.map(Double.init)
            let count = Double(kernel.count)
            let mean = kernel.reduce(0, +) / count
            let variance = kernel.reduce(0) { $0 + $1 * $1 } / count
            let expected = 2 / Double(fanIn)
            // Five standard errors of mean and variance of a normal sample.
            #expect(abs(mean) < 5 * (expected / count).squareRoot(), "\(name)")
            #expect(abs(variance / expected - 1) < 5 * (2 / count).squareRoot(), "\(name)")
        }
    }

    @Test func `moving variances follow the power of the signal, computed by hand`() {
        func variance(_ name: String) -> Float { network.layers.first { $0.name == name }!.variance[0] }
        // The image has power 1. ReLU halves the unit power after a normalization. A projection has no ReLU.
        #expect(variance("Conv1") == 2)
        #expect(variance("expanded_conv_depthwise") == 1)
        #expect(variance("expanded_conv_project") == 1)
        #expect(variance("block_1_expand") == 2)
        #expect(variance("block_2_expand") == 2)
        // Block 2 adds its input, power 1, to its output, power 1.
        #expect(variance("block_3_expand") == 4)
        #expect(variance("block_4_expand") == 2)
        // Blocks 4 and 5 both have residuals.
        #expect(variance("block_5_expand") == 4)
        #expect(variance("block_6_expand") == 6)
        #expect(network.layers.allSatisfy { $0.gamma.allSatisfy { $0 == 1 } && $0.beta.allSatisfy { $0 == 0 } })
    }

    @Test func `a signal keeps its power through a plain forward pass`() {
        // With one pixel, every convolution is a product with its middle tap. The tap is scaled up for the smaller
        // fan-in.
        var generator = SplitMix(state: 9)
        var signal = (0 ..< 3).map { _ in generator.next() }
        var shortcut = signal
        for (index, layer) in network.layers.enumerated() {
            if index % 3 == 0 { shortcut = signal }
            var output = [Double](repeating: 0, count: layer.channels)
            let taps = layer.shape[0] * layer.shape[1]
            let middle = taps / 2 * layer.shape[2] * layer.shape[3]
            let scale = Double(taps).squareRoot()
            for channel in 0 ..< layer.channels {
                if layer.name.hasSuffix("depthwise") {
                    output[channel] = scale * Double(layer.kernel[middle + channel]) * signal[channel]
                } else {
                    for (input, value) in signal.enumerated() {
                        output[channel] +=
                            scale * Double(layer.kernel[middle + input * layer.shape[3] + channel]) * value
                    }
                }
                output[channel] /= Double(layer.variance[channel]).squareRoot()
                if !layer.name.hasSuffix("project") { output[channel] = min(max(output[channel], 0), 6) }
            }
            let adds =
                layer.name.hasSuffix("project") && index > 3 && shortcut.count == output.count
                && !MobileNetV2Weights.strideTwoBlocks.contains(index / 3)
            signal = adds ? zip(output, shortcut).map { $0 + $1 } : output
        }
        let power = signal.reduce(0) { $0 + $1 * $1 } / Double(signal.count)
        #expect(power > 0.02 && power < 5)
    }
}

private struct SplitMix {
    var state: UInt64

    /// Returns an approximately uniform number with variance 1.
    mutating func next() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (Double(state >> 11) * 0x1p-53 - 0.5) * 12.0.squareRoot()
    }
}
