/// Where every value of a network that is trained stands: a flat array of parameters, another of moving statistics.
///
/// The order is that of execution: for each of the 52 convolutions its kernel, then gamma and beta of the batch
/// normalisation behind it; in the end the kernel and the bias of the dense head. Names are those of
/// `keras.applications.MobileNetV2`, with `predictions` for the head.
public struct ParameterLayout: Equatable, Sendable {
    /// Values that belong together.
    public struct Block: Equatable, Sendable {
        /// Layer and variable, for example `block_3_depthwise/kernel` or `bn_Conv1/moving_mean`.
        public let name: String
        /// The layer alone, as `frozen` names it: `block_3_depthwise`, `bn_Conv1`.
        public let layer: String
        /// As in Keras, row-major; `Conv1`'s kernel has one channel in.
        public let shape: [Int]
        /// Places in the flat array.
        public let range: Range<Int>
        /// Whether weight decay is meant for it: kernels alone.
        public let isDecayed: Bool
    }

    /// One convolution and its batch normalisation.
    struct Convolution: Equatable, Sendable {
        let name: String
        let normalisation: String
        let shape: [Int]
        let channels: Int
        let kernel: Range<Int>
        let gamma: Range<Int>
        let beta: Range<Int>
        /// Places among the moving statistics.
        let mean: Range<Int>
        let variance: Range<Int>

        var isDepthwise: Bool { name.hasSuffix("depthwise") }
    }

    /// What is trained, in the order of `TrainableNetwork.parameters`.
    public let blocks: [Block]
    /// Moving means and variances, in the order of `TrainableNetwork.movingStatistics`.
    public let movingBlocks: [Block]
    /// Channels of `Conv_1`.
    public let featureCount: Int
    /// Logits of the head.
    public let labelCount: Int

    let convolutions: [Convolution]
    let headKernel: Range<Int>
    let headBias: Range<Int>

    /// Values of all blocks.
    public var count: Int { headBias.upperBound }
    /// Values of all moving statistics.
    public var movingCount: Int { movingBlocks.last?.range.upperBound ?? 0 }

    /// - Parameters:
    ///   - alpha: the width multiplier, as in `keras.applications`.
    ///   - labelCount: logits of the head.
    /// - Precondition: `alpha` is in 0 < alpha ≤ 4, `labelCount` at least 1.
    public init(alpha: Double, labelCount: Int) {
        precondition(alpha > 0 && alpha <= 4, "alpha \(alpha)")
        self.init(shapes: MobileNetV2Shapes.kernels(alpha: alpha, inputChannels: 1), labelCount: labelCount)
    }

    /// - Parameter shapes: of the 52 kernels in order; the first has any number of channels in.
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
            let normalisation = Self.normalisation(behind: name)
            convolutions.append(
                Convolution(
                    name: name, normalisation: normalisation, shape: shape, channels: channels,
                    kernel: add(name, "kernel", shape, to: &blocks),
                    gamma: add(normalisation, "gamma", [channels], to: &blocks),
                    beta: add(normalisation, "beta", [channels], to: &blocks),
                    mean: add(normalisation, "moving_mean", [channels], to: &moving),
                    variance: add(normalisation, "moving_variance", [channels], to: &moving)))
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

    /// Keras' name of the batch normalisation behind a convolution.
    public static func normalisation(behind convolution: String) -> String {
        switch convolution {
        case "Conv1": "bn_Conv1"
        case "Conv_1": "Conv_1_bn"
        default: convolution + "_BN"
        }
    }

    /// The layers in order, each once.
    public var layers: [String] {
        var names: [String] = []
        for block in blocks where names.last != block.layer { names.append(block.layer) }
        return names
    }

    /// The layers whose names begin with one of these: `block_1_` is the block and its normalisations, `block_1` also
    /// blocks 10 to 16.
    public func layers(beginningWith prefixes: [String]) -> Set<String> {
        Set(layers.filter { layer in prefixes.contains { layer.hasPrefix($0) } })
    }
}
