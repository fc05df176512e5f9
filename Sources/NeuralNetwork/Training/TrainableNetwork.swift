import Foundation
import LinearAlgebra

/// A network in training: MobileNetV2 with one gray channel, and a dense head with one logit per label.
///
/// The three equal channels of Keras' `Conv1` are one channel here. Its kernel is the sum of the three.
public struct TrainableNetwork: Sendable {
    /// The layout of the values.
    public let layout: ParameterLayout
    /// Kernels, gammas, betas, and the head: `layout.count` values.
    public var parameters: [Float]
    /// Moving means and variances: `layout.movingCount` values.
    public var movingStatistics: [Float]

    /// Creates a network from saved values.
    ///
    /// - Precondition: the lengths of the arrays match the layout.
    public init(layout: ParameterLayout, parameters: [Float], movingStatistics: [Float]) {
        precondition(
            parameters.count == layout.count && movingStatistics.count == layout.movingCount,
            "\(parameters.count) parameters and \(movingStatistics.count) statistics for a layout of \(layout.count) "
                + "and \(layout.movingCount)")
        self.layout = layout
        self.parameters = parameters
        self.movingStatistics = movingStatistics
    }

    /// Creates a network with random kernels.
    ///
    /// Normalizations and the head are initialized as in Keras: identity, Glorot-uniform, bias 0. Kernels are He-normal
    /// with variance 2 / fan-in. Keras' Glorot-uniform kernels make the depthwise maps so small that ε = 10⁻³ dominates
    /// their normalization.
    ///
    /// - Source: He et al., ICCV 2015, equation 10; Glorot & Bengio, AISTATS 2010, equation 16.
    public init(alpha: Double, labelCount: Int, seed: UInt64) {
        let layout = ParameterLayout(alpha: alpha, labelCount: labelCount)
        self.init(layout: layout, randomlyFrom: seed)
    }

    /// Creates a network from trained weights with a random head.
    public init(weights: MobileNetV2Weights, labelCount: Int, seed: UInt64) {
        let layout = ParameterLayout(shapes: weights.layers.map(\.shape), labelCount: labelCount)
        self.init(layout: layout, randomlyFrom: seed)
        for (layer, place) in zip(weights.layers, layout.convolutions) {
            let kernel = layer.name == "Conv1" ? Self.folded(layer) : layer.kernel
            parameters.replaceSubrange(place.kernel, with: kernel)
            parameters.replaceSubrange(place.gamma, with: layer.gamma)
            parameters.replaceSubrange(place.beta, with: layer.beta)
            movingStatistics.replaceSubrange(place.mean, with: layer.mean)
            movingStatistics.replaceSubrange(place.variance, with: layer.variance)
        }
    }

    init(layout: ParameterLayout, randomlyFrom seed: UInt64) {
        var parameters = [Float](repeating: 0, count: layout.count)
        var moving = [Float](repeating: 0, count: layout.movingCount)
        for (index, layer) in layout.convolutions.enumerated() {
            let fanIn = layer.shape[0] * layer.shape[1] * (layer.isDepthwise ? 1 : layer.shape[2])
            let deviation = (2 / Double(fanIn)).squareRoot()
            var generator = SeededGenerator(seed: seed, purpose: "training start", index: index)
            for place in layer.kernel { parameters[place] = Float(deviation * generator.normal()) }
            for place in layer.gamma { parameters[place] = 1 }
            for place in layer.variance { moving[place] = 1 }
        }
        let limit = (6 / Double(layout.featureCount + layout.labelCount)).squareRoot()
        var generator = SeededGenerator(seed: seed, purpose: "training start of the head")
        for place in layout.headKernel { parameters[place] = Float(generator.uniform(in: -limit ... limit)) }
        self.init(layout: layout, parameters: parameters, movingStatistics: moving)
    }

    /// The network without its head, with three channels in `Conv1` as in Keras.
    ///
    /// For gray images it is bit-identical to this network, because the three kernels add up to the one exactly.
    public var weights: MobileNetV2Weights {
        MobileNetV2Weights(
            layers: layout.convolutions.map { layer in
                let isFirst = layer.name == "Conv1"
                let kernel = Array(parameters[layer.kernel])
                return MobileNetV2Weights.Layer(
                    name: layer.name,
                    shape: isFirst ? [layer.shape[0], layer.shape[1], 3, layer.channels] : layer.shape,
                    kernel: isFirst ? Self.unfolded(kernel, channels: layer.channels) : kernel,
                    gamma: Array(parameters[layer.gamma]), beta: Array(parameters[layer.beta]),
                    mean: Array(movingStatistics[layer.mean]), variance: Array(movingStatistics[layer.variance]))
            })
    }

    /// The head's kernel: `featureCount` × `labelCount`, row-major.
    public var headKernel: [Float] { Array(parameters[layout.headKernel]) }
    /// One value per label.
    public var headBias: [Float] { Array(parameters[layout.headBias]) }

    /// Returns the sum over the input channels, as in the inference.
    private static func folded(_ layer: MobileNetV2Weights.Layer) -> [Float] {
        let (channelsIn, channels) = (layer.shape[2], layer.channels)
        return (0 ..< layer.shape[0] * layer.shape[1] * channels).map { index in
            let (place, channel) = (index / channels, index % channels)
            return Float(
                (0 ..< channelsIn).reduce(0.0) {
                    $0 + Double(layer.kernel[(place * channelsIn + $1) * channels + channel])
                })
        }
    }

    /// Returns three kernels that add up to one without rounding: two rounded thirds and the rest, which is exact by
    /// Sterbenz' lemma.
    private static func unfolded(_ kernel: [Float], channels: Int) -> [Float] {
        (0 ..< kernel.count * 3).map { index in
            let value = kernel[index / (3 * channels) * channels + index % channels]
            let third = value / 3
            return index / channels % 3 == 2 ? value - 2 * third : third
        }
    }
}
