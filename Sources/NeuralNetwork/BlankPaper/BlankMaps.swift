import CKernels

/// What the network makes of a blank picture behind each of its wide blocks.
///
/// The maps are those of a dense run on the same instructions. A pixel that no ink reaches has, bit by bit, the value
/// that it has here, at the rim too, where padding is seen beside paper.
struct BlankMaps: Sendable {
    /// For each block before `firstGroupedBlock`, its panels following each other.
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
