import CKernels

/// A network in the format of the kernels: folded batch normalization, weights in panels, and the geometry of every
/// block.
///
/// `Sendable` because it is immutable after `init`.
final class PackedMobileNetV2: @unchecked Sendable {
    /// The 17 inverted residual blocks; the first begins with `Conv1`.
    let blocks: [network_block]
    /// The values subtracted from the output of each block.
    let outputCenters: [[Float]]
    /// `Conv_1` and the mean.
    let head: network_head
    /// The first block that processes images in groups. Earlier blocks process one image at a time.
    let firstGroupedBlock: Int
    /// The number of floats in each part of an arena.
    let sizes: (staged: Int, map: Int, groupMap: Int, scratch: Int)

    private let memory: AlignedFloats

    /// The largest number of pixels of a map that is processed for a group of images.
    private static let groupedPixels = 256

    /// The number of first blocks whose projections are never split. Otherwise the largest error would be 9·10⁻⁴, not
    /// 2·10⁻⁴.
    private static let unsplitProjections = 2

    init(_ weights: MobileNetV2Weights, inputSize: Int, precision: Precision = .float32) {
        var packer = LayerPacker(floats: weights.layers.reduce(0) { $0 + LayerPacker.floats(of: $1) })
        let layers = weights.layers
        let centers = PaperCenters(of: weights) { Self.isResidual($0, layers) }
        var blocks: [network_block] = []
        var size = (inputSize + 1) / 2
        for index in 0 ... 16 {
            let triple = Array(layers[3 * index ..< 3 * index + 3])
            let paper = Array(centers.layers[3 * index ..< 3 * index + 3])
            var block = network_block()
            block.reads_image = index == 0
            block.size = Int32(size)
            block.stride = MobileNetV2Weights.strideTwoBlocks.contains(index) ? 2 : 1
            // At stride 2, Keras pads an even map only after its last row and column.
            block.padding = block.stride == 2 && size.isMultiple(of: 2) ? 0 : 1
            size = (size + Int(block.stride) - 1) / Int(block.stride)
            block.size_out = Int32(size)
            block.channels_in = Int32(index == 0 ? 1 : triple[0].shape[2])
            block.channels_expanded = Int32(triple[0].channels)
            block.channels_out = Int32(triple[2].channels)
            block.residual = Self.isResidual(index, layers)
            precondition(
                index > 0 || !block.residual || block.channels_out <= 32,
                "a first block with a residual has at most 32 channels, found \(block.channels_out)")
            block.image_size = index == 0 ? Int32(inputSize) : 0
            block.image_padding = inputSize.isMultiple(of: 2) ? 0 : 1
            precondition(
                index == 0 || block.channels_in == blocks[index - 1].channels_out,
                "\(triple[0].name) does not match the previous layer")
            precondition(
                triple[1].shape[2] == triple[0].channels && triple[2].shape[2] == triple[0].channels,
                "the layers of \(triple[0].name)'s block do not match each other")
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
            block.expand_limits = packer.packLimits(paper[0].center)
            block.depthwise_limits = packer.packLimits(paper[1].center)
            blocks.append(block)
        }
        let last = layers[51]
        precondition(last.shape[2] == layers[50].channels, "\(last.name) does not match the previous layer")
        var head = network_head()
        head.pixels = Int32(size * size)
        head.channels_in = Int32(last.shape[2])
        head.channels_out = Int32(last.channels)
        if precision == .split {
            (head.split, head.bias) = packer.packSplit(last, bias: centers.layers[51].bias)
        } else {
            (head.weights, head.bias) = packer.packPointwise(last, bias: centers.layers[51].bias)
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
        outputCenters = blocks.indices.map { centers.layers[3 * $0 + 2].center }
        self.head = head
        firstGroupedBlock = firstGrouped
        memory = packer.memory
    }

    /// Returns whether Keras adds the input of a block to its output, which requires equal shapes. In the first block
    /// this happens only in narrow networks (alpha up to 0.25), where both have the minimum width 8.
    private static func isResidual(_ block: Int, _ layers: [MobileNetV2Weights.Layer]) -> Bool {
        let inside = block == 0 ? layers[0].channels : layers[3 * block].shape[2]
        return !MobileNetV2Weights.strideTwoBlocks.contains(block) && inside == layers[3 * block + 2].channels
    }

    /// Returns the number of floats of one image's map after a block.
    static func floats(after block: network_block) -> Int {
        LayerPacker.panels(Int(block.channels_out)) * pixels(after: block) * LayerPacker.panel
    }

    /// Returns the number of pixels of one image's map after a block.
    static func pixels(after block: network_block) -> Int { Int(block.size_out) * Int(block.size_out) }
}
