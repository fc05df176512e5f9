import CKernels

/// The memory of a step: maps of the whole batch, packed kernels, coefficients, scratch memory and partial sums.
///
/// It has no expanded maps (see `ExpandedNormalization`). The gradients of the blocks' outputs alternate between two
/// buffers, and those of the filtered maps share one.
///
/// `Sendable` because one step runs at a time and every worker writes its own part.
final class TrainingPlan: @unchecked Sendable {
    /// The 17 inverted residual blocks; the first begins with `Conv1`.
    let blocks: [training_block]
    /// `Conv_1` and the mean.
    let head: training_head
    /// The patches that are the first block's input.
    let patches: AlignedFloats
    /// [batch][channel stride]: features after the mean, and their gradients.
    let features: AlignedFloats
    let featureSlopes: AlignedFloats
    /// `Conv1`'s kernel divided by 127.5, for gray values.
    let firstKernel: AlignedFloats
    /// For each block and panel of expanded channels, the covariance of the block's input times their kernel.
    let weighted: [PanelSums]
    /// The partial kernel gradients of this process' pieces.
    let partials: AlignedFloats
    let partialDistance: Int
    /// The partial sums of all pieces over maps.
    let sums: PanelSums
    let kernels: KernelExchange
    /// Scratch memory of the blocks for each worker, and of the steps between them.
    let scratch: [AlignedFloats]
    let wide: [PanelSums]

    private let memory: TrainingMemory

    /// - Parameter batchSize: the maximum number of images of a whole batch; memory is for those of `share`.
    init(layout: ParameterLayout, batchSize: Int, inputSize: Int, workers: Int, share: TrainingShare) {
        let panel = LayerPacker.panel
        let layers = layout.convolutions
        let images = share.mostImages(batchSize: batchSize)
        var memory = TrainingMemory(batchSize: images)
        let zeros = UnsafePointer(memory.coefficients(layers.map(\.channels).max() ?? 0))
        var size = (inputSize + 1) / 2
        patches = AlignedFloats(count: images * size * size * panel)
        firstKernel = AlignedFloats(count: layers[0].kernel.count)
        var blocks: [training_block] = []
        for index in 0 ... 16 {
            var block = Self.block(index, of: layers, size: size, memory: &memory)
            block.zeros = zeros
            block.input =
                index == 0 ? training_map(values: patches.base, panel: patches.count) : blocks[index - 1].output
            if index > 0 { block.projected_before = blocks[index - 1].projected }
            size = Int(block.size_out)
            blocks.append(block)
        }
        Self.placeSlopes(&blocks, memory: &memory)
        var head = Self.head(layers[51], size: size, memory: &memory)
        head.zeros = zeros
        head.input = blocks[16].output
        head.projected_before = blocks[16].projected
        features = AlignedFloats(count: batchSize * Int(head.channel_stride))
        featureSlopes = AlignedFloats(count: batchSize * Int(head.channel_stride))

        weighted = blocks.map {
            PanelSums(pieces: LayerPacker.panels(Int($0.channels_expanded)), distance: Int($0.channels_in) * panel)
        }
        let pieces = TrainingPieces(images: batchSize).count
        let (floats, doubles) = Self.partialSizes(blocks, head)
        partialDistance = floats
        partials = AlignedFloats(count: ((1 ... pieces).map { share.own($0).count }.max() ?? 1) * floats)
        sums = PanelSums(pieces: pieces, distance: doubles)
        kernels = KernelExchange(
            share, kernels: Self.kernelPanels(blocks, head), pieces: pieces, parameters: layout.count)
        let scratchFloats = max(
            blocks.map { withUnsafePointer(to: $0) { training_block_scratch($0) } }.max() ?? 0,
            withUnsafePointer(to: head) { training_head_scratch($0) })
        scratch = (0 ..< workers).map { _ in AlignedFloats(count: scratchFloats) }
        let wideDoubles =
            blocks.map { max(Int($0.channels_in) * panel, Int($0.channels_expanded) * (panel + 4)) }.max() ?? 0
        wide = (0 ..< workers).map { _ in PanelSums(pieces: 1, distance: wideDoubles) }
        self.blocks = blocks
        self.head = head
        self.memory = memory
    }

    /// The size of the memory in bytes.
    var byteCount: Int {
        let floats = (memory.owned + scratch + [patches, features, featureSlopes, firstKernel, partials])
            .reduce(0) { $0 + $1.count }
        return floats * MemoryLayout<Float>.stride + (weighted + wide + [sums]).reduce(0) { $0 + $1.byteCount }
            + kernels.byteCount
    }
}

/// The division of a batch into pieces for workers.
///
/// It depends only on the number of images. Partial sums are added in the order of the pieces, so sums are the same for
/// any number of threads.
struct TrainingPieces {
    /// Enough to use all cores, and few enough that the gradients do not take more memory than the maps.
    static let most = 16

    let images: Int

    var count: Int { min(images, Self.most) }

    func range(_ piece: Int) -> Range<Int> { images * piece / count ..< images * (piece + 1) / count }
}
