import CKernels
import Imaging

extension MobileNetV2 {
    /// The map after one block, for inspection and tests.
    package struct LayerOutput: Sendable {
        /// The Keras name of the last convolution of the block, for example `block_3_project`.
        package let name: String
        /// Width and height.
        package let size: Int
        package let channels: Int
        /// size × size × channels, row-major.
        package let values: [Float]
    }

    /// Returns the maps after the 17 blocks for one image.
    package func layerOutputs(of image: GrayImage) -> [LayerOutput] {
        precondition(image.width == inputSize && image.height == inputSize, "the image has another size")
        var outputs: [LayerOutput] = []
        var features = [Float](repeating: 0, count: featureCount)
        features.withUnsafeMutableBufferPointer { features in
            guard let base = features.baseAddress else { return }
            run(
                count: 1, arena: makeArena(), features: base,
                image: { _, body in image.pixels.withUnsafeBufferPointer(body) },
                observe: { block, map in outputs.append(layerOutput(after: block, map)) })
        }
        return outputs
    }

    /// Runs the network for a group of images: the wide maps one image at a time, the small ones together.
    ///
    /// - Parameters:
    ///   - count: at most `Arena.groupSize`.
    ///   - features: count × `featureCount`.
    ///   - image: passes the bytes of an image of the group.
    ///   - observe: receives the index of each block and the group's map after it. It is called once per image for wide
    ///     maps.
    func run(
        count: Int, arena: Arena, features: UnsafeMutablePointer<Float>,
        image: (_ slot: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) -> Void,
        observe: ((_ block: Int, _ map: UnsafePointer<Float>) -> Void)? = nil
    ) {
        precondition(arena.owner == ObjectIdentifier(packed), "the arena belongs to another network")
        precondition(count <= Arena.groupSize, "the group has \(count) images")
        arena.exclusively {
            for slot in 0 ..< count {
                image(slot) { pixels in
                    if let gray = pixels.baseAddress {
                        network_stage_image(gray, Int32(inputSize), arena.staged)
                        runWideBlocks(gray, slot: slot, of: count, arena, observe)
                    }
                }
            }
            runGroup(count, arena, features, observe)
        }
    }

    /// Runs the blocks with wide maps for one image. The last one writes its map to those of the group.
    private func runWideBlocks(
        _ gray: UnsafePointer<UInt8>, slot: Int, of count: Int, _ arena: Arena,
        _ observe: ((Int, UnsafePointer<Float>) -> Void)?
    ) {
        var input = arena.staged
        for (index, block) in packed.blocks[..<packed.firstGroupedBlock].enumerated() {
            let output = arena.maps[index % arena.maps.count]
            let panel = PackedMobileNetV2.pixels(after: block) * LayerPacker.panel
            withUnsafePointer(to: block) { block in
                if let marks = arena.marks, let blank = blank?.maps[index].base {
                    if index == 0 { marks.begin(gray, block) }
                    withUnsafePointer(to: marks.advance(after: index, block, blank: blank)) {
                        network_run_block(
                            kernels, block, input, 1, output, panel, arena.scratch, $0)
                    }
                } else {
                    network_run_block(kernels, block, input, 1, output, panel, arena.scratch, nil)
                }
            }
            observe?(index, output)
            input = output
        }
        let last = packed.blocks[packed.firstGroupedBlock - 1]
        let floats = PackedMobileNetV2.pixels(after: last) * LayerPacker.panel
        for panel in 0 ..< LayerPacker.panels(Int(last.channels_out)) {
            (arena.groupMaps.0 + (panel * count + slot) * floats).update(
                from: input + panel * floats, count: floats)
        }
    }

    /// Runs the other blocks and the head for all images of a group.
    private func runGroup(
        _ count: Int, _ arena: Arena, _ features: UnsafeMutablePointer<Float>,
        _ observe: ((Int, UnsafePointer<Float>) -> Void)?
    ) {
        var (input, output) = (arena.groupMaps.0, arena.groupMaps.1)
        for index in packed.firstGroupedBlock ..< packed.blocks.count {
            let panel = count * PackedMobileNetV2.pixels(after: packed.blocks[index]) * LayerPacker.panel
            withUnsafePointer(to: packed.blocks[index]) {
                network_run_block(
                    kernels, $0, input, Int32(count), output, panel, arena.scratch, nil)
            }
            observe?(index, output)
            swap(&input, &output)
        }
        withUnsafePointer(to: packed.head) {
            network_run_head(kernels, $0, input, Int32(count), features, arena.scratch)
        }
    }

    /// Copies a map of one image from panels to rows.
    private func layerOutput(after index: Int, _ map: UnsafePointer<Float>) -> LayerOutput {
        let block = packed.blocks[index]
        let (pixels, channels) = (PackedMobileNetV2.pixels(after: block), Int(block.channels_out))
        let values = (0 ..< pixels * channels).map { position in
            let (pixel, channel) = position.quotientAndRemainder(dividingBy: channels)
            let panel = channel / LayerPacker.panel
            return map[(panel * pixels + pixel) * LayerPacker.panel + channel % LayerPacker.panel]
                + packed.outputCenters[index][channel]
        }
        return LayerOutput(
            name: index == 0 ? "expanded_conv_project" : "block_\(index)_project", size: Int(block.size_out),
            channels: channels, values: values)
    }
}
