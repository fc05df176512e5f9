import CKernels

/// A network as the kernels read it: batch normalisation folded, weights in panels, every block's geometry.
///
/// `Sendable` on its own word: nothing changes after `init`.
final class PackedMobileNetV2: @unchecked Sendable {
    /// The 17 inverted residual blocks; the first begins with `Conv1`.
    let blocks: [network_block]
    /// What each block's output is kept less of.
    let outputCentres: [[Float]]
    /// `Conv_1` and the mean.
    let head: network_head
    /// The blocks before this one go picture by picture, the others by groups.
    let firstGroupedBlock: Int
    /// Floats that an arena needs.
    let sizes: (staged: Int, map: Int, groupMap: Int, scratch: Int)

    private let memory: AlignedFloats

    /// A map of at most so many pixels is taken together with those of other pictures.
    private static let groupedPixels = 256

    /// The first blocks, whose projections are never split: the largest error would be 9·10⁻⁴, not 2·10⁻⁴.
    private static let unsplitProjections = 2

    init(_ weights: MobileNetV2Weights, inputSize: Int, precision: Precision = .float32) {
        var packer = LayerPacker(floats: weights.layers.reduce(0) { $0 + LayerPacker.floats(of: $1) })
        let layers = weights.layers
        let centres = PaperCentres(of: weights) { Self.isResidual($0, layers) }
        var blocks: [network_block] = []
        var size = (inputSize + 1) / 2
        for index in 0 ... 16 {
            let triple = Array(layers[3 * index ..< 3 * index + 3])
            let paper = Array(centres.layers[3 * index ..< 3 * index + 3])
            var block = network_block()
            block.reads_image = index == 0
            block.size = Int32(size)
            block.stride = MobileNetV2Weights.strideTwoBlocks.contains(index) ? 2 : 1
            // Keras pads an even map only behind its last row where the stride is 2.
            block.padding = block.stride == 2 && size.isMultiple(of: 2) ? 0 : 1
            size = (size + Int(block.stride) - 1) / Int(block.stride)
            block.size_out = Int32(size)
            block.channels_in = Int32(index == 0 ? 1 : triple[0].shape[2])
            block.channels_expanded = Int32(triple[0].channels)
            block.channels_out = Int32(triple[2].channels)
            block.residual = Self.isResidual(index, layers)
            precondition(
                index > 0 || !block.residual || block.channels_out <= 32,
                "a first block of \(block.channels_out) channels throughout")
            block.image_size = index == 0 ? Int32(inputSize) : 0
            block.image_padding = inputSize.isMultiple(of: 2) ? 0 : 1
            precondition(
                index == 0 || block.channels_in == blocks[index - 1].channels_out,
                "\(triple[0].name) does not fit the layer before it")
            precondition(
                triple[1].shape[2] == triple[0].channels && triple[2].shape[2] == triple[0].channels,
                "the layers of \(triple[0].name)'s block do not fit each other")
            if index == 0 {
                (block.expand_weights, block.expand_bias) = packer.packImageConvolution(triple[0], bias: paper[0].bias)
            } else if precision == .split {
                (block.expand_split, block.expand_bias) = packer.packSplit(triple[0], bias: paper[0].bias)
            } else {
                (block.expand_weights, block.expand_bias) = packer.packPointwise(triple[0], bias: paper[0].bias)
            }
            (block.depthwise_weights, block.depthwise_bias) = packer.packDepthwise(triple[1], bias: paper[1].bias)
            if precision == .split, index >= Self.unsplitProjections {
                (block.project_split, block.project_bias) = packer.packSplit(triple[2], bias: paper[2].bias)
            } else {
                (block.project_weights, block.project_bias) = packer.packPointwise(triple[2], bias: paper[2].bias)
            }
            block.expand_limits = packer.packLimits(paper[0].centre)
            block.depthwise_limits = packer.packLimits(paper[1].centre)
            blocks.append(block)
        }
        let last = layers[51]
        precondition(last.shape[2] == layers[50].channels, "\(last.name) does not fit the layer before it")
        var head = network_head()
        head.pixels = Int32(size * size)
        head.channels_in = Int32(last.shape[2])
        head.channels_out = Int32(last.channels)
        if precision == .split {
            (head.split, head.bias) = packer.packSplit(last, bias: centres.layers[51].bias)
        } else {
            (head.weights, head.bias) = packer.packPointwise(last, bias: centres.layers[51].bias)
        }

        let firstGrouped =
            1 + (blocks.firstIndex { Int($0.size_out) * Int($0.size_out) <= Self.groupedPixels } ?? blocks.count - 1)
        let group = MobileNetV2.Arena.groupSize
        let scratch = zip(blocks.indices, blocks).map { index, block in
            withUnsafePointer(to: block) { network_block_scratch($0, index < firstGrouped ? 1 : Int32(group)) }
        }
        sizes = (
            staged: network_staged_row(Int32(inputSize)) * (inputSize + 2),
            map: blocks[..<firstGrouped].map(Self.floats(after:)).max() ?? 0,
            groupMap: (blocks[(firstGrouped - 1)...].map(Self.floats(after:)).max() ?? 0) * group,
            scratch: max(scratch.max() ?? 0, withUnsafePointer(to: head) { network_head_scratch($0, Int32(group)) })
        )
        self.blocks = blocks
        outputCentres = blocks.indices.map { centres.layers[3 * $0 + 2].centre }
        self.head = head
        firstGroupedBlock = firstGrouped
        memory = packer.memory
    }

    /// Keras adds the input wherever it has the shape of the output: in the first block only of networks so narrow
    /// (alpha up to 0.25) that both have the least width, 8.
    private static func isResidual(_ block: Int, _ layers: [MobileNetV2Weights.Layer]) -> Bool {
        let inside = block == 0 ? layers[0].channels : layers[3 * block].shape[2]
        return !MobileNetV2Weights.strideTwoBlocks.contains(block) && inside == layers[3 * block + 2].channels
    }

    /// Floats of one picture's map behind a block.
    static func floats(after block: network_block) -> Int {
        LayerPacker.panels(Int(block.channels_out)) * pixels(after: block) * LayerPacker.panel
    }

    /// Pixels of one picture's map behind a block.
    static func pixels(after block: network_block) -> Int { Int(block.size_out) * Int(block.size_out) }
}
