import CKernels

extension TrainingPlan {
    /// The number of channels up to which a projection's backward pass is computed twice instead of storing its
    /// gradient. All cores together are limited by memory bandwidth, not by arithmetic.
    private static let recomputedWidth = 32

    /// Creates the geometry of a block and its own memory, without its input and gradients.
    static func block(
        _ index: Int, of layers: [ParameterLayout.Convolution], size: Int, memory: inout TrainingMemory
    ) -> training_block {
        let (inside, thin) = (layers[3 * index + 1].channels, layers[3 * index + 2].channels)
        let thinIn = index == 0 ? 9 : layers[3 * index].shape[2]
        var block = training_block()
        block.reads_image = index == 0
        block.size = Int32(size)
        block.stride = MobileNetV2Weights.strideTwoBlocks.contains(index) ? 2 : 1
        // At stride 2, Keras pads an even map only after its last row and column.
        block.padding = block.stride == 2 && size.isMultiple(of: 2) ? 0 : 1
        let sizeOut = (size + Int(block.stride) - 1) / Int(block.stride)
        block.size_out = Int32(sizeOut)
        block.channels_in = Int32(thinIn)
        block.channels_expanded = Int32(inside)
        block.channels_out = Int32(thin)
        block.residual = block.stride == 1 && (index == 0 ? inside : thinIn) == thin
        block.forgets_slope = thin <= recomputedWidth

        block.filtered = memory.map(inside, size: sizeOut)
        block.projected = memory.map(thin, size: sizeOut)
        block.output = memory.map(thin, size: sizeOut)
        block.expand = memory.kernel(thinIn, inside)
        block.expand_bias = memory.coefficients(inside)
        block.expand_transposed = memory.kernel(inside, thinIn)
        block.filter = memory.kernel(9, inside)
        block.filtered_scale = memory.coefficients(inside)
        block.filtered_shift = memory.coefficients(inside)
        block.projected_scale = memory.coefficients(thin)
        block.projected_shift = memory.coefficients(thin)
        block.project = memory.kernel(inside, thin)
        block.project_transposed = memory.kernel(thin, inside)
        block.filtered_by_slope = memory.coefficients(inside)
        block.filtered_by_map = memory.coefficients(inside)
        block.filtered_constant = memory.coefficients(inside)
        block.projected_by_slope = memory.coefficients(thin)
        block.projected_by_map = memory.coefficients(thin)
        block.projected_constant = memory.coefficients(thin)
        block.correction = memory.kernel(thinIn, thinIn)
        block.correction_bias = memory.coefficients(thinIn)
        return block
    }

    /// Assigns two alternating buffers to the gradients of outputs, and one to the stored gradients of filtered maps.
    static func placeSlopes(_ blocks: inout [training_block], memory: inout TrainingMemory) {
        func floats(_ channels: Int32, _ block: training_block) -> Int {
            LayerPacker.panels(Int(channels)) * memory.distance(size: Int(block.size_out))
        }
        let kept = blocks.filter { !$0.forgets_slope }.map { floats($0.channels_expanded, $0) }.max() ?? 0
        let outputs = blocks.map { floats($0.channels_out, $0) }.max() ?? 0
        let filtered = memory.floats(kept)
        let turns = [memory.floats(outputs), memory.floats(outputs)]
        for index in blocks.indices {
            let distance = memory.distance(size: Int(blocks[index].size_out))
            blocks[index].output_slope = training_map(values: turns[index % 2], panel: distance)
            if !blocks[index].forgets_slope {
                blocks[index].filtered_slope = training_map(values: filtered, panel: distance)
            }
        }
    }

    static func head(
        _ layer: ParameterLayout.Convolution, size: Int, memory: inout TrainingMemory
    ) -> training_head {
        let (thin, channels) = (layer.shape[2], layer.channels)
        var head = training_head()
        head.pixels = Int32(size * size)
        head.channels_in = Int32(thin)
        head.channels_out = Int32(channels)
        head.convolved = memory.map(channels, size: size)
        head.weights = memory.kernel(thin, channels)
        head.transposed = memory.kernel(channels, thin)
        head.scale = memory.coefficients(channels)
        head.shift = memory.coefficients(channels)
        head.by_slope = memory.coefficients(channels)
        head.by_map = memory.coefficients(channels)
        head.constant = memory.coefficients(channels)
        head.channel_stride = Int32(TrainingMemory.padded(channels))
        return head
    }

    /// Returns the number of panels of every kernel's gradient, and the floats of a panel.
    static func kernelPanels(_ blocks: [training_block], _ head: training_head) -> [(panels: Int, panelFloats: Int)] {
        func panels(_ channels: Int32) -> Int { LayerPacker.panels(Int(channels)) }
        func floats(rows: Int32) -> Int { panels(rows) * LayerPacker.panel * LayerPacker.panel }
        let ofBlocks = blocks.flatMap { block in
            [
                (panels(block.channels_expanded), 9 * LayerPacker.panel),
                (panels(block.channels_expanded), floats(rows: block.channels_in)),
                (panels(block.channels_out), floats(rows: block.channels_expanded)),
            ]
        }
        return ofBlocks + [(panels(head.channels_out), floats(rows: head.channels_in))]
    }

    /// Returns upper bounds of the results of a piece: floats for kernel gradients and doubles for sums.
    static func partialSizes(_ blocks: [training_block], _ head: training_head) -> (floats: Int, doubles: Int) {
        func padded(_ channels: Int32) -> Int { TrainingMemory.padded(Int(channels)) }
        var floats = padded(head.channels_out) * padded(head.channels_in)
        var doubles = 2 * padded(head.channels_out)
        for block in blocks {
            let (thinIn, inside) = (padded(block.channels_in), padded(block.channels_expanded))
            let thin = padded(block.channels_out)
            floats = max(floats, inside * (thinIn + 9), inside * thin)
            doubles = max(doubles, 2 * inside, thin * (2 + thin), thinIn * (2 + thinIn))
        }
        return (floats, doubles)
    }
}
