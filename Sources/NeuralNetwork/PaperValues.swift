import CKernels

/// What the network makes of blank paper behind each of its wide blocks.
///
/// The values are taken from a run over a blank picture on the same instructions, at a pixel that no padding reaches:
/// what a dense run computes there for any picture, bit by bit.
struct PaperValues: Sendable {
    /// For the first blocks, all of their channels in whole panels; ends where padding reaches every pixel.
    let values: [AlignedFloats]

    init(of network: PackedMobileNetV2, inputSize: Int, instructions: InstructionSet) {
        let arena = MobileNetV2.Arena(for: network)
        let blank = [UInt8](repeating: 255, count: inputSize * inputSize)
        var values: [AlignedFloats] = []
        blank.withUnsafeBufferPointer { blank in
            guard let grey = blank.baseAddress else { return }
            network_stage_image(grey, Int32(inputSize), arena.staged.base)
            var input = arena.staged.base
            for index in 0 ..< network.firstGroupedBlock {
                let pixels = PackedMobileNetV2.pixels(after: network.blocks[index])
                let output = index.isMultiple(of: 2) ? arena.maps.0.base : arena.maps.1.base
                let value = AlignedFloats(count: Int(network.blocks[index].channels_out) + LayerPacker.panel)
                let known = withUnsafePointer(to: network.blocks[index]) { block in
                    network_run_block(
                        instructions.kernels, block, input, 1, output, pixels * LayerPacker.panel, arena.scratch.base,
                        nil)
                    _ = arena.marks.advance(behind: block, grey: grey, value: value)
                    return arena.marks.unmarkedPixel(among: pixels)
                }
                guard let known else { break }
                for panel in 0 ..< LayerPacker.panels(Int(network.blocks[index].channels_out)) {
                    (value.base + panel * LayerPacker.panel).update(
                        from: output + (panel * pixels + known) * LayerPacker.panel, count: LayerPacker.panel)
                }
                values.append(value)
                input = output
            }
        }
        self.values = values
    }
}
