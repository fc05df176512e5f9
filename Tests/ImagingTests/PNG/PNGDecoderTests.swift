import Foundation
import Testing

@testable import Imaging

struct PNGDecoderTests {
    @Test(arguments: PNGBuilder.Kind.allCases, [false, true])
    func `every kind, depth and interlacing decodes to the expected pixels`(
        kind: PNGBuilder.Kind, isInterlaced: Bool
    ) throws {
        for depth in kind.depths {
            for (width, height) in [(1, 1), (5, 3), (9, 17), (33, 2)] {
                let png = PNGBuilder(
                    kind, depth: depth, width: width, height: height, isInterlaced: isInterlaced,
                    seed: UInt64(width))
                let page = try Page(decoding: png.data, name: "page.png")
                #expect(page.width == width && page.height == height)
                #expect(page.pixels == png.expectedPixels, "\(kind) \(depth) bits, \(width) × \(height)")
                #expect(page.source?.bitDepth == depth)
                #expect(page.source?.isProgressive == isInterlaced)
            }
        }
    }

    @Test(arguments: [(PNGBuilder.Kind.gray, 2), (.gray, 8), (.gray, 16), (.rgb, 8), (.rgb, 16)])
    func `the transparent color becomes white, a similar color does not`(kind: PNGBuilder.Kind, depth: Int) throws {
        var png = PNGBuilder(kind, depth: depth, width: 6, height: 4, seed: 3)
        png.transparent = Array(png.samples[kind.samples * 7 ..< kind.samples * 8])
        let page = try Page(decoding: png.data, name: "page.png")
        #expect(Array(page.pixels[21 ..< 24]) == [255, 255, 255])
        #expect(page.pixels == png.expectedPixels)
        #expect(page.source?.hasAlpha == true)

        png.transparent![0] ^= 1
        #expect(try Page(decoding: png.data, name: "page.png").pixels == png.expectedPixels)
    }

    @Test func `a half transparent black pixel is mid gray, and 16 bits round to the nearest`() throws {
        var png = PNGBuilder(.grayAlpha, depth: 8, width: 1, height: 1, seed: 1)
        png.samples = [0, 128]
        #expect(try Page(decoding: png.data, name: "p").pixels == [127, 127, 127])

        // 128 of 65535 is 0.498 of a level of 255, 129 is 0.502.
        for (sample, level) in [(128, 0), (129, 1), (0x7FFF, 127), (0x8000, 128), (0xFFFF, 255)] as [(Int, UInt8)] {
            var png = PNGBuilder(.gray, depth: 16, width: 1, height: 1, seed: 1)
            png.samples = [sample]
            #expect(try Page(decoding: png.data, name: "p").pixels == [level, level, level])
        }
    }

    @Test(arguments: [PNGBuilder.Kind.grayAlpha, .rgba, .palette])
    func `a white drawing on a transparent background is shown on black`(kind: PNGBuilder.Kind) throws {
        var png = PNGBuilder(kind, depth: 8, width: 4, height: 2, seed: 1)
        let visible = [false, true, true, false, true, false, false, false]
        switch kind {
        case .palette:
            png.palette = [[255, 255, 255, 0], [255, 255, 255, 255]]
            png.samples = visible.map { $0 ? 1 : 0 }
        default: png.samples = visible.flatMap { Array(repeating: 250, count: kind.samples - 1) + [$0 ? 255 : 0] }
        }
        let ink: UInt8 = kind == .palette ? 255 : 250
        let expected = visible.flatMap { Array(repeating: $0 ? ink : 0, count: 3) }
        #expect(try Page(decoding: png.data, name: "p").pixels == expected)

        // Nothing is drawn, or the drawing is visible on white.
        if kind == .palette {
            png.palette[1][3] = 0
        } else {
            png.samples = visible.flatMap { _ in Array(repeating: 250, count: kind.samples - 1) + [0] }
        }
        #expect(try Page(decoding: png.data, name: "p").pixels == png.expectedPixels)
        png = PNGBuilder(kind, depth: 8, width: 4, height: 2, seed: 1)
        #expect(try Page(decoding: png.data, name: "p").pixels == png.expectedPixels)
    }

    @Test func `a gamma chunk changes nothing and is listed with all other metadata`() throws {
        var png = PNGBuilder(.rgb, depth: 8, width: 4, height: 4, seed: 9)
        png.extra = [
            ("gAMA", [0, 1, 0x86, 0xA0]), ("pHYs", [0, 0, 11, 19, 0, 0, 11, 19, 1]),
            ("tEXt", Array("Software\0a program".utf8)), ("tEXt", Array("Software\0twice".utf8)),
        ]
        let page = try Page(decoding: png.data + Data([1, 2, 3]), name: "page.png")
        #expect(page.pixels == png.expectedPixels)
        let source = try #require(page.source)
        #expect(source.metadata == ["gAMA", "pHYs", "text Software", "trailing bytes"])
        #expect(source.format == .png && source.channels == .rgb && !source.hasAlpha && source.orientation == 1)
        #expect(source.byteCount == png.data.count + 3)
    }

    @Test func `the EXIF orientation of a PNG is applied`() throws {
        var png = PNGBuilder(.gray, depth: 8, width: 3, height: 1, seed: 1)
        png.samples = [10, 20, 30]
        png.extra = [("eXIf", [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0])]
        let page = try Page(decoding: png.data, name: "page.png")
        #expect(page.width == 1 && page.height == 3)
        #expect(page.pixels == [10, 10, 10, 20, 20, 20, 30, 30, 30])
        #expect(page.source?.metadata == ["EXIF"] && page.source?.orientation == 6)
    }

    @Test func `a pixel outside the palette is rejected with its row`() throws {
        var png = PNGBuilder(.palette, depth: 4, width: 4, height: 3, seed: 5)
        png.palette = Array(png.palette.prefix(5))
        png.samples = [0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 0]
        let error = #expect(throws: ImageError.self) { try Page(decoding: png.data, name: "page.png") }
        #expect(error?.description.contains("row 2 is outside its palette of 5 colors") == true)
    }

    @Test func `too many pixels are rejected by the header alone`() throws {
        let sizes = [(60_000, 60_000), (100_001, 1), (1, 65_536), (0x7FFF_FFFF, 0x7FFF_FFFF)]
        for (width, height) in sizes {
            var png = PNGBuilder(.gray, depth: 8, width: 1, height: 1, seed: 1)
            (png.width, png.height, png.samples) = (width, height, [])
            let header = png.headerOnly
            #expect(
                throws: ImageError.tooLarge(file: "big.png", width: width, height: height, limits: Page.Limits())
            ) {
                try Page(decoding: header, name: "big.png")
            }
        }
    }

    @Test func `limits can be set, and a page at the limit is read`() throws {
        let png = PNGBuilder(.gray, depth: 1, width: 60_000, height: 1, seed: 1)
        #expect(try Page(decoding: png.data, name: "p").pixels == png.expectedPixels)
        let exact = Page.Limits(pixels: 60_000, side: 60_000, bytes: png.data.count)
        #expect(try Page(decoding: png.data, name: "p", limits: exact).width == 60_000)
        for tight in [
            Page.Limits(pixels: 59_999), Page.Limits(side: 59_999), Page.Limits(bytes: png.data.count - 1),
        ] {
            #expect(throws: ImageError.self) { try Page(decoding: png.data, name: "p", limits: tight) }
        }
    }

    @Test func `a missing palette, missing data and a wrong header are reported`() throws {
        let whole = PNGBuilder(.palette, depth: 8, width: 4, height: 4, seed: 2)
        var noPalette = whole
        noPalette.kind = .palette
        noPalette.palette = []
        var shortData = whole
        shortData.height = 5
        shortData.samples = whole.samples
        let broken: [Data] = [
            noPalette.data, whole.headerOnly, whole.data.prefix(8),
            Data([0x89, 0x50, 0x4E, 0x47, 0x0A, 0x1A, 0x0A]) + whole.data.dropFirst(8),
            whole.replacingHeader(depth: 3), whole.replacingHeader(depth: 16), whole.replacingHeader(height: 5),
        ]
        for data in broken {
            let error = #expect(throws: ImageError.self) { try Page(decoding: data, name: "bad.png") }
            #expect(error?.description.hasPrefix("bad.png: this PNG is damaged: ") == true, "\(error as Any)")
        }
    }
}

extension PNGBuilder {
    /// The signature, the header and an end chunk.
    var headerOnly: Data {
        let header = Self.bigEndian(width) + Self.bigEndian(height) + [UInt8(depth), UInt8(kind.rawValue), 0, 0, 0]
        let signature = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        return signature + Self.chunk("IHDR", header) + Self.chunk("IDAT", []) + Self.chunk("IEND", [])
    }

    /// Returns the file with another header and a valid CRC.
    func replacingHeader(depth: Int? = nil, height: Int? = nil) -> Data {
        let header = Self.bigEndian(width) + Self.bigEndian(height ?? self.height)
        let chunk = Self.chunk("IHDR", header + [UInt8(depth ?? self.depth), UInt8(kind.rawValue), 0, 0, 0])
        return data.prefix(8) + chunk + data.dropFirst(8 + chunk.count)
    }
}
