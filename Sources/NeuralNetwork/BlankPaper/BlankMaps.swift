import CKernels

/// The maps of a blank image after each wide block.
///
/// They come from a dense run with the same instructions. Pixels that no ink reaches have bit-identical values here,
/// including those at the border, where the receptive field contains padding.
struct BlankMaps: Sendable {
    /// The panels of the map after each block before `firstGroupedBlock`.
    let maps: [AlignedFloats]

    init(of network: PackedMobileNetV2, inputSize: Int, kernels: network_instructions) {
        let staged = AlignedFloats(count: network.sizes.staged)
        let scratch = AlignedFloats(count: network.sizes.scratch)
        let blank = [UInt8](repeating: 255, count: inputSize * inputSize)
        network_stage_image(blank, Int32(inputSize), staged.base)
        var input = staged
        maps = network.blocks[..<network.firstGroupedBlock].map { block in
            let map = AlignedFloats(count: PackedMobileNetV2.floats(after: block))
            let panel = PackedMobileNetV2.pixels(after: block) * LayerPacker.panel
            withUnsafePointer(to: block) {
                network_run_block(kernels, $0, input.base, 1, map.base, panel, scratch.base, nil)
            }
            input = map
            return map
        }
    }
}
