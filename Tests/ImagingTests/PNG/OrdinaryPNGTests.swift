import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

/// Compares the decoder for common PNG files with libpng: it may return nil, but never another picture.
struct OrdinaryPNGTests {
    private func pages(_ data: Data) throws -> (quick: Page?, libpng: Page?) {
        try data.withUnsafeBytes { bytes in
            let decoder = PNGDecoder(bytes: bytes, file: "p.png", limits: Page.Limits())
            return (try decoder.ordinaryPage(), try? decoder.pageByLibpng())
        }
    }

    @Test(arguments: PNGBuilder.Kind.allCases)
    func `8-bit pictures without interlacing are decoded to the same pixels`(kind: PNGBuilder.Kind) throws {
        for (width, height) in [(1, 1), (5, 3), (9, 17), (33, 2), (200, 130)] {
            let png = PNGBuilder(kind, depth: 8, width: width, height: height, seed: UInt64(width))
            let (quick, libpng) = try pages(png.data)
            #expect(quick != nil && quick == libpng, "\(kind) of \(width) × \(height)")
            #expect(quick?.pixels == png.expectedPixels)
        }
    }

    @Test func `other depths, interlacing and a transparent color are left to libpng`() throws {
        for kind in PNGBuilder.Kind.allCases {
            for depth in kind.depths {
                for isInterlaced in [false, true] where depth != 8 || isInterlaced {
                    let png = PNGBuilder(kind, depth: depth, width: 5, height: 4, isInterlaced: isInterlaced, seed: 1)
                    let (quick, libpng) = try pages(png.data)
                    #expect(quick == nil && libpng != nil)
                }
            }
        }
        var png = PNGBuilder(.rgb, depth: 8, width: 4, height: 4, seed: 9)
        png.transparent = Array(png.samples.prefix(3))
        #expect(try pages(png.data).quick == nil)
    }

    @Test func `files of other programs, with all filters, are decoded to the same pixels`() throws {
        // The encoders of Pillow and libpng choose filters row by row.
        for name in ["page.png", "beat.png"] {
            let (quick, libpng) = try pages(Fixtures.data(name))
            #expect(quick != nil && quick == libpng, "\(name)")
        }
        var random = SeededGenerator(seed: 6)
        let noise = Page(
            width: 61, height: 47, pixels: (0 ..< 61 * 47 * 3).map { _ in UInt8(random.integer(below: 256)) })
        let slopes = (0 ..< 90 * 70 * 3).map { index -> UInt8 in
            let level: Int = index * index / 977
            return UInt8(level % 251)
        }
        let smooth = Page(width: 90, height: 70, pixels: slopes)
        for page in [noise, smooth, Drawing.beat().page(ink: [9, 20, 200])] {
            let (quick, libpng) = try pages(page.pngData())
            #expect(quick?.pixels == page.pixels && quick == libpng)
            let gray = try pages(page.grayscale.pngData())
            #expect(gray.quick != nil && gray.quick == gray.libpng)
        }
    }

    @Test func `a window smaller than the picture is left to libpng`() throws {
        let png = PNGBuilder(.gray, depth: 8, width: 30, height: 20, seed: 8)
        for (bits, isQuick) in [(8, false), (9, false), (10, true), (14, true)] {
            var stream = PNGBuilder.stored(png.filteredRows)  // 620 bytes
            stream[0] = UInt8((bits - 8) << 4 | 8)
            stream[1] = UInt8(31 - (Int(stream[0]) << 8) % 31)
            let data = png.data.prefix(33) + PNGBuilder.chunk("IDAT", stream) + PNGBuilder.chunk("IEND", [])
            let (quick, libpng) = try pages(data)
            #expect((quick != nil) == isQuick && libpng?.pixels == png.expectedPixels, "\(bits) bits")
            #expect(quick == nil || quick == libpng)
        }
    }

    @Test func `repeated rows and half transparent pixels are decoded to the same pixels`() throws {
        var png = PNGBuilder(.rgba, depth: 8, width: 11, height: 9, seed: 3)
        for index in 11 * 4 ..< 11 * 4 * 6 { png.samples[index] = png.samples[index % 44] }
        for pixel in 60 ..< 99 { png.samples[4 * pixel + 3] = 255 }
        let (quick, libpng) = try pages(png.data)
        #expect(quick != nil && quick == libpng && quick?.pixels == png.expectedPixels)
    }

    @Test func `compressed data in consecutive chunks are one stream`() throws {
        let whole = PNGBuilder(.rgb, depth: 8, width: 20, height: 20, seed: 5)
        let stream = PNGBuilder.stored(whole.filteredRows)
        func png(_ chunks: [(String, [UInt8])]) -> Data {
            var data = Data(whole.data.prefix(33))  // signature and IHDR
            for (name, content) in chunks { data += PNGBuilder.chunk(name, content) }
            return data + PNGBuilder.chunk("IEND", [])
        }
        let parts: [(String, [UInt8])] = [("IDAT", Array(stream[..<7])), ("IDAT", []), ("IDAT", Array(stream[7...]))]
        let (quick, libpng) = try pages(png(parts))
        #expect(quick?.pixels == whole.expectedPixels && quick == libpng)
        #expect(try pages(png([parts[0], ("tEXt", Array("a\0b".utf8)), parts[2]])).quick == nil)
    }

    @Test func `unusual files are left to libpng`() throws {
        let whole = PNGBuilder(.palette, depth: 8, width: 6, height: 5, seed: 7)
        var odd = whole
        odd.extra = [("abCD", [1, 2, 3])]
        #expect(try pages(odd.data).quick == nil)
        odd = whole
        odd.palette = Array(odd.palette.prefix(3))  // pixels outside the palette
        #expect(try pages(odd.data).quick == nil)
        odd = whole
        odd.palette = []
        #expect(try pages(odd.data).quick == nil)
        let (quick, libpng) = try pages(whole.data + Data([1, 2, 3]))  // both ignore bytes after IEND
        #expect(quick != nil && quick == libpng)
    }

    @Test func `a damaged file is decoded only if libpng gives the same picture`() throws {
        var random = SeededGenerator(seed: 11)
        for whole in [
            PNGBuilder(.palette, depth: 8, width: 23, height: 9, seed: 2).data,
            PNGBuilder(.rgba, depth: 8, width: 19, height: 11, seed: 4).data,
        ] {
            for length in stride(from: 0, to: whole.count - 1, by: max(1, whole.count / 150)) {
                #expect(try pages(whole.prefix(length)).quick == nil, "cut to \(length)")
            }
            for _ in 0 ..< 300 {
                var data = whole
                let bit = random.integer(below: 8 * whole.count)
                data[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(try pages(data).quick == nil, "bit \(bit)")
            }
        }
        // With valid CRCs, the checks of the compressed stream remain.
        let whole = try Fixtures.data("page.png")
        let start = try #require(whole.firstRange(of: Data("IDAT".utf8))).lowerBound
        let length = whole[start - 4 ..< start].reduce(0) { $0 << 8 | Int($1) }
        for _ in 0 ..< 200 {
            var content = [UInt8](whole[start + 4 ..< start + 4 + length])
            content[random.integer(below: length)] ^= UInt8(1 + random.integer(below: 255))
            let data = whole[..<(start - 4)] + PNGBuilder.chunk("IDAT", content) + whole[(start + 8 + length)...]
            let (quick, libpng) = try pages(data)
            #expect(quick == nil || quick == libpng)
        }
    }
}
