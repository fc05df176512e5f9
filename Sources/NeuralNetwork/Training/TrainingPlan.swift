import CKernels

// swift-format-ignore: AvoidRetroactiveConformances
// Pointers that workers share on the plan's word: every piece writes what is its own.
extension training_block: @retroactive @unchecked Sendable {}
// swift-format-ignore: AvoidRetroactiveConformances
extension training_head: @retroactive @unchecked Sendable {}

/// The memory of a step: maps of the whole batch, packed kernels, coefficients, scratch and partial sums.
///
/// The expanded maps are not among them (see `ExpandedNormalisation`); the gradients of thin maps take turns in two
/// places.
///
/// `Sendable` on its owner's word: one step at a time, whose workers write what is their own.
final class TrainingPlan: @unchecked Sendable {
    var blocks: [training_block] = []
    var head = training_head()
    /// The patches that the first block reads.
    let patches: AlignedFloats
    /// [batch][channel stride]: features behind the mean, and their slopes.
    let features: AlignedFloats
    let featureSlopes: AlignedFloats
    /// `Conv1`'s kernel over 127.5, for grey values.
    let firstKernel: AlignedFloats
    /// Covariance of the input times kernel, for each block and expanded channel: [panels][in][16].
    let weighted: [PanelSums]
    let partials: AlignedFloats
    let partialDistance: Int
    let sums: PanelSums
    private(set) var scratch: [AlignedFloats] = []
    /// For the steps between maps: two arrays of [channels in][16], and 20 for each expanded channel.
    let wide: [PanelSums]

    private var memory: [AlignedFloats] = []

    /// A projection to so many channels and fewer is cheaper to go through backward twice than its slopes are to keep:
    /// memory, not arithmetic, is what all cores together are short of.
    private static let forgottenWidth = 32

    init(layout: ParameterLayout, batchSize: Int, inputSize: Int, workers: Int) {
        let panel = LayerPacker.panel
        func padded(_ channels: Int) -> Int { LayerPacker.panels(channels) * panel }
        var memory: [AlignedFloats] = []
        func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
            memory.append(AlignedFloats(count: count))
            return memory[memory.count - 1].base
        }
        func map(_ channels: Int, size: Int) -> training_map {
            // Panels a power of two apart would compete for the same lines of a cache.
            let distance = batchSize * size * size * panel + 9 * panel
            return training_map(values: floats(LayerPacker.panels(channels) * distance), panel: distance)
        }
        let layers = layout.convolutions
        let most = layers.map(\.channels).max() ?? 0
        let zeros = UnsafePointer(floats(padded(most)))
        func coefficients(_ channels: Int) -> UnsafeMutablePointer<Float> { floats(padded(channels)) }

        var size = (inputSize + 1) / 2
        patches = AlignedFloats(count: batchSize * size * size * panel)
        firstKernel = AlignedFloats(count: layers[0].kernel.count)
        // Slopes by the blocks' inputs and outputs, as large as the largest of them.
        var thinFloats = 0
        var wideFloats = 0
        var weighted: [PanelSums] = []
        var partial = 0
        var doubles = 0
        for index in 0 ... 16 {
            var block = training_block()
            let (depthwise, project) = (layers[3 * index + 1], layers[3 * index + 2])
            block.reads_image = index == 0
            block.size = Int32(size)
            block.stride = MobileNetV2Weights.strideTwoBlocks.contains(index) ? 2 : 1
            block.padding = block.stride == 2 && size.isMultiple(of: 2) ? 0 : 1
            size = (size + Int(block.stride) - 1) / Int(block.stride)
            block.size_out = Int32(size)
            let thinIn = index == 0 ? 9 : layers[3 * index].shape[2]
            let (inside, thin) = (depthwise.channels, project.channels)
            block.channels_in = Int32(thinIn)
            block.channels_expanded = Int32(inside)
            block.channels_out = Int32(thin)
            block.residual = block.stride == 1 && (index == 0 ? inside : thinIn) == thin
            block.forgets_slope = thin <= Self.forgottenWidth
            block.input =
                index == 0
                ? training_map(values: patches.base, panel: patches.count) : blocks[index - 1].output
            block.filtered = map(inside, size: size)
            block.projected = map(thin, size: size)
            block.output = map(thin, size: size)
            block.expand = floats(padded(inside) * thinIn)
            block.expand_bias = coefficients(inside)
            block.expand_transposed = floats(padded(thinIn) * inside)
            block.filter = floats(padded(inside) * 9)
            block.filtered_scale = coefficients(inside)
            block.filtered_shift = coefficients(inside)
            block.projected_scale = coefficients(thin)
            block.projected_shift = coefficients(thin)
            block.project = floats(padded(thin) * inside)
            block.project_transposed = floats(padded(inside) * thin)
            block.filtered_by_slope = coefficients(inside)
            block.filtered_by_map = coefficients(inside)
            block.filtered_constant = coefficients(inside)
            block.projected_by_slope = coefficients(thin)
            block.projected_by_map = coefficients(thin)
            block.projected_constant = coefficients(thin)
            block.zeros = zeros
            if index > 0 { block.projected_before = blocks[index - 1].projected }
            thinFloats = max(thinFloats, LayerPacker.panels(thin) * (batchSize * size * size + 9) * panel)
            if !block.forgets_slope {
                wideFloats = max(
                    wideFloats, LayerPacker.panels(inside) * (batchSize * size * size + 9) * panel)
            }
            weighted.append(PanelSums(pieces: LayerPacker.panels(inside), distance: thinIn * panel))
            partial = max(partial, padded(inside) * (padded(thinIn) + 9), padded(thin) * padded(inside))
            doubles = max(
                doubles, padded(inside) * 2, padded(thin) * (2 + padded(thin)), padded(thinIn) * (2 + padded(thinIn)))
            blocks.append(block)
        }
        let wideSlopes = floats(wideFloats)
        let slopes = [floats(thinFloats), floats(thinFloats)]
        func slopeMap(_ base: UnsafeMutablePointer<Float>, size: Int32) -> training_map {
            training_map(values: base, panel: (batchSize * Int(size) * Int(size) + 9) * panel)
        }
        for index in 0 ... 16 {
            if !blocks[index].forgets_slope {
                blocks[index].filtered_slope = slopeMap(wideSlopes, size: blocks[index].size_out)
            }
            blocks[index].output_slope = slopeMap(slopes[index % 2], size: blocks[index].size_out)
        }

        let last = layers[51]
        head.pixels = Int32(size * size)
        head.channels_in = Int32(last.shape[2])
        head.channels_out = Int32(last.channels)
        head.input = blocks[16].output
        head.convolved = map(last.channels, size: size)
        head.weights = floats(padded(last.channels) * last.shape[2])
        head.transposed = floats(padded(last.shape[2]) * last.channels)
        head.scale = coefficients(last.channels)
        head.shift = coefficients(last.channels)
        head.by_slope = coefficients(last.channels)
        head.by_map = coefficients(last.channels)
        head.constant = coefficients(last.channels)
        head.projected_before = blocks[16].projected
        head.channel_stride = Int32(padded(last.channels))
        head.zeros = zeros
        features = AlignedFloats(count: batchSize * padded(last.channels))
        featureSlopes = AlignedFloats(count: batchSize * padded(last.channels))

        self.weighted = weighted
        let pieces = TrainingPieces(images: batchSize).count
        partialDistance = max(partial, padded(last.channels) * padded(last.shape[2]))
        partials = AlignedFloats(count: pieces * partialDistance)
        sums = PanelSums(pieces: pieces, distance: max(doubles, padded(last.channels) * 2))
        let thinMost = blocks.map { Int($0.channels_in) }.max() ?? 0
        let insideMost = blocks.map { Int($0.channels_expanded) }.max() ?? 0
        wide = (0 ..< workers).map { _ in
            PanelSums(pieces: 1, distance: max(2 * thinMost * panel, 20 * insideMost))
        }
        let scratchFloats = max(
            blocks.map { block in withUnsafePointer(to: block) { training_block_scratch($0) } }.max() ?? 0,
            withUnsafePointer(to: head) { training_head_scratch($0) })
        scratch = (0 ..< workers).map { _ in AlignedFloats(count: scratchFloats) }
        // What the expansions' normalisations take back.
        for index in 1 ... 16 {
            blocks[index].correction = floats(padded(Int(blocks[index].channels_in)) * Int(blocks[index].channels_in))
            blocks[index].correction_bias = coefficients(Int(blocks[index].channels_in))
        }
        self.memory = memory
    }

    /// Bytes of all of it.
    var byteCount: Int {
        let floats =
            (memory + scratch + [patches, features, featureSlopes, firstKernel, partials]).reduce(0) { $0 + $1.count }
        return floats * MemoryLayout<Float>.stride + (weighted + wide + [sums]).reduce(0) { $0 + $1.byteCount }
    }

    /// The partial gradients of a piece.
    func partial(_ piece: Int) -> UnsafeMutablePointer<Float> { partials.base + piece * partialDistance }
}
