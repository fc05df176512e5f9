import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

@Suite struct ScaledPNGTests {
    private func page(_ width: Int, _ height: Int, seed: UInt64) -> Page {
        var random = SeededGenerator(seed: seed)
        // Noise in one half, plain paper in the other.
        return Page(
            width: width, height: height,
            pixels: (0 ..< 3 * width * height).map { index in
                index % (3 * width) < 3 * width / 2 ? UInt8(truncatingIfNeeded: random.next()) : 240
            })
    }

    @Test(arguments: [(1, 1), (7, 3), (640, 480), (900, 1200)])
    func `a page reads back with its pixels`(width: Int, height: Int) throws {
        let page = page(width, height, seed: 3)
        let read = try Page(decoding: page.pngData(dpi: 200), name: "page")
        #expect(read.width == width && read.height == height && read.pixels == page.pixels)
        #expect(read.source?.metadata.contains("pHYs") == true)
        // libpng's own writer is a second opinion.
        #expect(try Page(decoding: page.pngData(), name: "page").pixels == read.pixels)
    }

    @Test func `the resolution is stored in pixels per meter`() throws {
        let bytes = [UInt8](page(4, 4, seed: 1).pngData(dpi: 254))
        // Signature, IHDR (25 bytes), then the length of pHYs.
        #expect(bytes[33 ..< 41].elementsEqual([0, 0, 0, 9] + Array("pHYs".utf8)))
        // 254 per inch are 10,000 per meter.
        #expect(bytes[41 ..< 50].elementsEqual([0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10, 1]))
    }
}
