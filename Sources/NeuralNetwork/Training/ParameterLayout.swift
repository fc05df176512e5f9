/// The layout of a trained network's parameters and moving statistics in two flat arrays.
///
/// The order is that of execution. Each of the 52 convolutions has its kernel, then gamma and beta of its batch
/// normalization. The kernel and the bias of the dense head come last. Names are those of
/// `keras.applications.MobileNetV2`, with `predictions` for the head.
public struct ParameterLayout: Equatable, Sendable {
    /// One array of a layer.
    public struct Block: Equatable, Sendable {
        /// Layer and variable, for example `block_3_depthwise/kernel` or `bn_Conv1/moving_mean`.
        public let name: String
        /// The name of the layer, as in `frozen`: `block_3_depthwise`, `bn_Conv1`.
        public let layer: String
        /// The shape as in Keras, row-major. `Conv1`'s kernel has one input channel.
        public let shape: [Int]
        /// The indices in the flat array.
        public let range: Range<Int>
        /// Whether weight decay applies: true for kernels.
        public let isDecayed: Bool
    }

    /// One convolution and its batch normalization.
    struct Convolution: Equatable, Sendable {
        let name: String
        let normalization: String
        let shape: [Int]
        let channels: Int
        let kernel: Range<Int>
        let gamma: Range<Int>
        let beta: Range<Int>
        /// The indices among the moving statistics.
        let mean: Range<Int>
        let variance: Range<Int>

        var isDepthwise: Bool { name.hasSuffix("depthwise") }
    }

    /// The trained arrays, in the order of `TrainableNetwork.parameters`.
    public let blocks: [Block]
    /// Moving means and variances, in the order of `TrainableNetwork.movingStatistics`.
    public let movingBlocks: [Block]
    /// The channels of `Conv_1`.
    public let featureCount: Int
    /// The number of logits.
    public let labelCount: Int

    let convolutions: [Convolution]
    let headKernel: Range<Int>
    let headBias: Range<Int>

    /// The number of parameters.
    public var count: Int { headBias.upperBound }
    /// The number of moving statistics.
    public var movingCount: Int { movingBlocks.last?.range.upperBound ?? 0 }

    /// - Parameters:
    ///   - alpha: the width multiplier, as in `keras.applications`.
    ///   - labelCount: the number of logits.
    /// - Precondition: 0 < `alpha` ≤ 4, and `labelCount` is at least 1.
    public init(alpha: Double, labelCount: Int) {
        precondition(alpha > 0 && alpha <= 4, "alpha \(alpha)")
        self.init(shapes: MobileNetV2Shapes.kernels(alpha: alpha, inputChannels: 1), labelCount: labelCount)
    }

    /// - Parameter shapes: the shapes of the 52 kernels in order. The first may have any number of input channels.
    init(shapes: [[Int]], labelCount: Int) {
        precondition(labelCount >= 1, "\(labelCount) labels")
        var blocks: [Block] = []
        var moving: [Block] = []
        func add(_ layer: String, _ variable: String, _ shape: [Int], to list: inout [Block]) -> Range<Int> {
            let start = list.last?.range.upperBound ?? 0
            let range = start ..< start + shape.reduce(1, *)
            list.append(
                Block(
                    name: "\(layer)/\(variable)", layer: layer, shape: shape, range: range,
                    isDecayed: variable == "kernel"))
            return range
        }
        var convolutions: [Convolution] = []
        for (name, found) in zip(MobileNetV2Weights.layerNames, shapes) {
            let shape = name == "Conv1" ? [found[0], found[1], 1, found[3]] : found
            let channels = name.hasSuffix("depthwise") ? shape[2] : shape[3]
            let normalization = Self.normalization(after: name)
            convolutions.append(
                Convolution(
                    name: name, normalization: normalization, shape: shape, channels: channels,
                    kernel: add(name, "kernel", shape, to: &blocks),
                    gamma: add(normalization, "gamma", [channels], to: &blocks),
                    beta: add(normalization, "beta", [channels], to: &blocks),
                    mean: add(normalization, "moving_mean", [channels], to: &moving),
                    variance: add(normalization, "moving_variance", [channels], to: &moving)))
        }
        featureCount = convolutions[51].channels
        headKernel = add(Self.head, "kernel", [featureCount, labelCount], to: &blocks)
        headBias = add(Self.head, "bias", [labelCount], to: &blocks)
        self.convolutions = convolutions
        self.blocks = blocks
        self.movingBlocks = moving
        self.labelCount = labelCount
    }

    /// The name of the dense head.
    public static let head = "predictions"

    /// Returns the Keras name of the batch normalization after a convolution.
    public static func normalization(after convolution: String) -> String {
        switch convolution {
        case "Conv1": "bn_Conv1"
        case "Conv_1": "Conv_1_bn"
        default: convolution + "_BN"
        }
    }

    /// The names of the layers in order.
    public var layers: [String] {
        var names: [String] = []
        for block in blocks where names.last != block.layer { names.append(block.layer) }
        return names
    }

    /// Returns the layers whose names begin with one of the prefixes. `block_1_` matches the block and its
    /// normalizations, `block_1` also blocks 10 to 16.
    public func layers(beginningWith prefixes: [String]) -> Set<String> {
        Set(layers.filter { layer in prefixes.contains { layer.hasPrefix($0) } })
    }
}
