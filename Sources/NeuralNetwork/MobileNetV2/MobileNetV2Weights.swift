import Files
import Foundation

/// The parameters of a MobileNetV2 without its classification head, as Keras keeps them: nothing folded yet.
///
/// - Source: Sandler et al., CVPR 2018; layer names and order of `keras.applications.MobileNetV2`.
public struct MobileNetV2Weights: Equatable, Sendable {
    /// One convolution with the batch normalisation behind it (ε = 10⁻³).
    public struct Layer: Equatable, Sendable {
        /// Keras' name of the convolution, for example `block_3_depthwise`.
        public let name: String
        /// Full and pointwise convolutions: height, width, channels in, channels out. Depthwise: height, width,
        /// channels, 1.
        public let shape: [Int]
        /// Row-major in that shape.
        public var kernel: [Float]
        /// Batch normalisation, one value per channel out: (x − mean) / √(variance + ε) · gamma + beta.
        public var gamma: [Float]
        public var beta: [Float]
        public var mean: [Float]
        public var variance: [Float]

        /// - Precondition: the arrays have the lengths that the shape asks for.
        public init(
            name: String, shape: [Int], kernel: [Float], gamma: [Float], beta: [Float], mean: [Float],
            variance: [Float]
        ) {
            precondition(shape.count == 4 && kernel.count == shape.reduce(1, *), "\(name): kernel and shape disagree")
            let channels = name.hasSuffix("depthwise") ? shape[2] : shape[3]
            precondition(
                [gamma, beta, mean, variance].allSatisfy { $0.count == channels },
                "\(name): batch normalisation is not of \(channels) channels")
            self.name = name
            self.shape = shape
            self.kernel = kernel
            self.gamma = gamma
            self.beta = beta
            self.mean = mean
            self.variance = variance
        }

        /// Channels out.
        public var channels: Int { gamma.count }
    }

    /// ε of every batch normalisation.
    public static let epsilon: Float = 1e-3

    /// The 52 convolutions in the order of execution: `Conv1`, `expanded_conv_depthwise`, `expanded_conv_project`,
    /// then `block_k_expand`, `block_k_depthwise`, `block_k_project` for k = 1…16, and `Conv_1`.
    public let layers: [Layer]

    /// SHA-256 over every layer's name, shape and values: what a network is known by, whatever file it came in. Made
    /// once: caches, models and reports all ask for it.
    public let digest: Digest

    /// - Precondition: `layers` are the 52 in order, with shapes that fit each other.
    public init(layers: [Layer]) {
        precondition(layers.map(\.name) == Self.layerNames, "the layers are not those of a MobileNetV2 in order")
        self.layers = layers
        digest = Self.digest(of: layers)
    }

    /// The names of the 52 convolutions in order.
    public static let layerNames: [String] =
        ["Conv1", "expanded_conv_depthwise", "expanded_conv_project"]
        + (1 ... 16).flatMap { block in ["expand", "depthwise", "project"].map { "block_\(block)_\($0)" } }
        + ["Conv_1"]

    /// Blocks whose depthwise convolution has stride 2 (besides `Conv1`).
    public static let strideTwoBlocks: Set<Int> = [1, 3, 6, 13]

    /// How many features the network gives: the channels of `Conv_1`.
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
