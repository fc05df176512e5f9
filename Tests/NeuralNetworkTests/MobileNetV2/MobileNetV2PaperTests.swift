import CKernels
import Imaging
import LinearAlgebra
import Testing

@testable import NeuralNetwork

/// Skipping blank paper gives the same bits as the dense computation, and really skips it.
struct MobileNetV2PaperTests {
    static let narrow = MobileNetV2Samples.weights(MobileNetV2Samples.narrow, seed: 1)
    static let odd = MobileNetV2Samples.weights(MobileNetV2Samples.odd, expansion: 3, seed: 2)

    @Test(arguments: InstructionSet.available)
    func `skipping paper changes no bit`(_ instructions: InstructionSet) {
        for size in [96, 101, 163] {
            let skipping = MobileNetV2(Self.odd, inputSize: size, instructions: instructions)
            let dense = MobileNetV2(Self.odd, inputSize: size, instructions: instructions, skipsPaper: false)
            let images = MobileNetV2Samples.papers(size: size, seed: 12)
            #expect(skipping.features(of: images) == dense.features(of: images), "\(size) × \(size)")
            for image in images.prefix(4) {
                let pairs = zip(skipping.layerOutputs(of: image), dense.layerOutputs(of: image))
                for (found, expected) in pairs { #expect(found.values == expected.values, "\(found.name)") }
            }
        }
    }

    @Test(arguments: InstructionSet.available)
    func `no ink of the previous image remains on paper`(_ instructions: InstructionSet) {
        let skipping = MobileNetV2(Self.narrow, inputSize: 97, instructions: instructions)
        let dense = MobileNetV2(Self.narrow, inputSize: 97, instructions: instructions, skipsPaper: false)
        let images = MobileNetV2Samples.papers(size: 97, seed: 13)
        let expected = dense.features(of: images)
        let arena = skipping.makeArena()
        var generator = SeededGenerator(seed: 14)
        for _ in 0 ..< 3 {
            let order = images.indices.map { _ in generator.integer(below: images.count) }
            let found = MobileNetV2Tests.features(of: order.map { images[$0] }, by: skipping, batch: 3, arena)
            #expect(found == expected.selecting(rows: order).values)
        }
    }

    @Test func `a pixel of ink changes only the pixels that its convolutions reach`() throws {
        let network = MobileNetV2(Self.odd, inputSize: 96)
        let outputs = zip(
            network.layerOutputs(of: Self.dot(96, x: 50, y: 50)),
            network.layerOutputs(of: MobileNetV2Samples.papers(size: 96, seed: 1)[0]))
        let (found, expected) = try #require(outputs.first { $0.0.name == "expanded_conv_project" })
        let different = (0 ..< found.size * found.size).filter { pixel in
            let channels = pixel * found.channels ..< (pixel + 1) * found.channels
            return found.values[channels] != expected.values[channels]
        }
        #expect(!different.isEmpty && Set(different).isSubset(of: Self.reached))
    }

    @Test(arguments: InstructionSet.available)
    func `pixels that no ink reaches are copied from the blank map`(
        _ instructions: InstructionSet
    ) throws {
        let packed = PackedMobileNetV2(Self.odd, inputSize: 96)
        var block = packed.blocks[0]
        let (pixels, floats) = (48 * 48, PackedMobileNetV2.floats(after: packed.blocks[0]))
        let (blank, dense, output) = (
            AlignedFloats(count: floats), AlignedFloats(count: floats), AlignedFloats(count: floats)
        )
        // Values that no convolution gives, which show where the blank map is used.
        for index in 0 ..< floats { blank.base[index] = Float(1000 + index) }
        let staged = AlignedFloats(count: packed.sizes.staged)
        let scratch = AlignedFloats(count: packed.sizes.scratch)
        let gray = Self.dot(96, x: 50, y: 50).pixels
        network_stage_image(gray, 96, staged.base)
        let panel = pixels * LayerPacker.panel
        network_run_block(instructions.kernels, &block, staged.base, 1, dense.base, panel, scratch.base, nil)
        let marks = InkMarks(for: packed)
        marks.begin(gray, &block)
        var paper = marks.advance(after: 0, &block, blank: blank.base)
        #expect((0 ..< pixels).filter { paper.marks[$0] != 0 } == Self.reached)
        network_run_block(instructions.kernels, &block, staged.base, 1, output.base, panel, scratch.base, &paper)
        for index in 0 ..< floats {
            let isReached = Self.reached.contains(index % panel / LayerPacker.panel)
            #expect(output.base[index] == (isReached ? dense.base[index] : blank.base[index]))
        }
    }

    @Test func `an image full of ink is computed without the blank map`() {
        let packed = PackedMobileNetV2(Self.odd, inputSize: 96)
        var block = packed.blocks[0]
        let floats = PackedMobileNetV2.floats(after: block)
        let (blank, output) = (AlignedFloats(count: floats), AlignedFloats(count: floats))
        for index in 0 ..< floats { blank.base[index] = .nan }
        let staged = AlignedFloats(count: packed.sizes.staged)
        let scratch = AlignedFloats(count: packed.sizes.scratch)
        let gray = [UInt8](repeating: 0, count: 96 * 96)
        network_stage_image(gray, 96, staged.base)
        let marks = InkMarks(for: packed)
        marks.begin(gray, &block)
        var paper = marks.advance(after: 0, &block, blank: blank.base)
        network_run_block(
            InstructionSet.preferred.kernels, &block, staged.base, 1, output.base,
            PackedMobileNetV2.pixels(after: block) * LayerPacker.panel, scratch.base, &paper)
        #expect((0 ..< floats).allSatisfy { output.base[$0].isFinite })
    }

    // MARK: Helpers

    /// The pixels after the block that pixel (50, 50) of an image of 96 × 96 reaches. It reaches rows and columns 24
    /// and 25 of the first map, and those reach 23…26.
    static let reached = (23 ... 26).flatMap { y in (23 ... 26).map { x in y * 48 + x } }

    /// Returns paper with one pixel of ink.
    static func dot(_ size: Int, x: Int, y: Int) -> GrayImage {
        var pixels = [UInt8](repeating: 255, count: size * size)
        pixels[y * size + x] = 0
        return GrayImage(width: size, height: size, pixels: pixels)
    }
}
