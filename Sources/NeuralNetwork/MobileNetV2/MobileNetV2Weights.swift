import Files
import Foundation

/// The parameters of a MobileNetV2 without its classification head, in Keras' format before folding.
///
/// - Source: Sandler et al., CVPR 2018; layer names and order of `keras.applications.MobileNetV2`.
public struct MobileNetV2Weights: Equatable, Sendable {
    /// A convolution with the batch normalization after it (ε = 10⁻³).
    public struct Layer: Equatable, Sendable {
        /// The Keras name of the convolution, for example `block_3_depthwise`.
        public let name: String
        /// [height, width, input channels, output channels], or [height, width, channels, 1] for depthwise
        /// convolutions.
        public let shape: [Int]
        /// The values in row-major order.
        public var kernel: [Float]
        /// Batch normalization with one value per output channel: (x − mean) / √(variance + ε) · gamma + beta.
        public var gamma: [Float]
        public var beta: [Float]
        public var mean: [Float]
        public var variance: [Float]

        /// - Precondition: the lengths of the arrays match the shape.
        public init(
            name: String, shape: [Int], kernel: [Float], gamma: [Float], beta: [Float], mean: [Float],
            variance: [Float]
        ) {
            precondition(
                shape.count == 4 && kernel.count == shape.reduce(1, *), "\(name): the kernel does not match its shape")
            let channels = name.hasSuffix("depthwise") ? shape[2] : shape[3]
            precondition(
                [gamma, beta, mean, variance].allSatisfy { $0.count == channels },
                "\(name): batch normalization does not have \(channels) channels")
            self.name = name
            self.shape = shape
            self.kernel = kernel
            self.gamma = gamma
            self.beta = beta
            self.mean = mean
            self.variance = variance
        }

        /// The number of output channels.
        public var channels: Int { gamma.count }
    }

    /// ε of every batch normalization.
    public static let epsilon: Float = 1e-3

    /// The 52 convolutions in the order of execution: `Conv1`, `expanded_conv_depthwise`, `expanded_conv_project`,
    /// then `block_k_expand`, `block_k_depthwise`, `block_k_project` for k = 1…16, and `Conv_1`.
    public let layers: [Layer]

    /// SHA-256 over every layer's name, shape and values, which identifies a network independent of its file. It is
    /// computed once.
    public let digest: Digest

    /// - Precondition: `layers` are the 52 layers in order, with matching shapes.
    public init(layers: [Layer]) {
        precondition(layers.map(\.name) == Self.layerNames, "the layers are not those of a MobileNetV2")
        self.layers = layers
        digest = Self.digest(of: layers)
    }

    /// The names of the 52 convolutions in order.
    public static let layerNames: [String] =
        ["Conv1", "expanded_conv_depthwise", "expanded_conv_project"]
        + (1 ... 16).flatMap { block in ["expand", "depthwise", "project"].map { "block_\(block)_\($0)" } }
        + ["Conv_1"]

    /// The blocks whose depthwise convolution has stride 2. `Conv1` has stride 2 as well.
    public static let strideTwoBlocks: Set<Int> = [1, 3, 6, 13]

    /// The number of features: the channels of `Conv_1`.
    public var featureCount: Int { layers[layers.count - 1].channels }

    private static func digest(of layers: [Layer]) -> Digest {
        var hasher = Digest.Hasher()
        for layer in layers {
            hasher.update(Array("\(layer.name) \(layer.shape)\n".utf8))
            for values in [layer.kernel, layer.gamma, layer.beta, layer.mean, layer.variance] {
                values.withUnsafeBytes { hasher.update($0) }
            }
        }
        return hasher.finish()
    }
}
