import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Pretraining

struct PackedPictureTests {
    private func unpacked(_ packed: PackedPicture) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: packed.size * packed.size) { out, count in
            packed.unpack(into: out.baseAddress!)
            count = packed.size * packed.size
        }
    }

    @Test func `unpacking returns the packed picture`() {
        var generator = SeededGenerator(seed: 1)
        let noise = (0 ..< 96 * 96).map { _ in UInt8(generator.integer(below: 256)) }
        let pictures: [[UInt8]] = [
            noise, noise.map { $0 < 8 ? $0 : 255 }, [UInt8](repeating: 255, count: 96 * 96),
            [UInt8](repeating: 0, count: 96 * 96), [0] + [UInt8](repeating: 255, count: 96 * 96 - 2) + [7],
        ]
        for pixels in pictures {
            #expect(unpacked(PackedPicture(GrayImage(width: 96, height: 96, pixels: pixels))) == pixels)
        }
        // Runs longer than a 2-byte length.
        let large = [UInt8](repeating: 255, count: 299 * 300) + [UInt8](repeating: 3, count: 300)
        #expect(unpacked(PackedPicture(GrayImage(width: 300, height: 300, pixels: large))) == large)
    }

    @Test func `a beat takes at most a tenth of its uncompressed size`() throws {
        let image = try Preprocessing().apply(to: SamplePictures.beat(5, width: 432, height: 288), name: "beat")
        #expect(PackedPicture(image).byteCount * 10 < image.pixels.count)
    }
}
