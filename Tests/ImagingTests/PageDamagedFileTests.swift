import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

/// For any bytes a decoder throws an `ImageError` or returns a page, with the same result each time.
struct PageDamagedFileTests {
    /// One small file for each path through the decoders.
    private static func files() throws -> [(name: String, data: Data)] {
        var files = try [
            "colour-420.jpg", "colour-422-progressive.jpg", "cmyk.jpg", "orientation-6.jpg", "palette.png",
        ]
        .map { ($0, try Fixtures.data($0)) }
        for (kind, depth) in [(PNGBuilder.Kind.rgba, 8), (.gray, 16), (.palette, 2)] {
            for isInterlaced in [false, true] {
                let png = PNGBuilder(kind, depth: depth, width: 19, height: 11, isInterlaced: isInterlaced, seed: 4)
                files.append(("\(kind)-\(depth)-\(isInterlaced).png", png.data))
            }
        }
        return files
    }

    /// - Returns: whether the bytes were rejected.
    private func isRefused(_ data: Data, _ name: String) throws -> Bool {
        do {
            let page = try Page(decoding: data, name: name)
            // A second decoding into other memory detects bytes that were never written.
            let again = try Page(decoding: data, name: name)
            #expect(page == again, "\(name) decodes differently the second time")
            return false
        } catch let error as ImageError {
            #expect(error.description.hasPrefix("\(name): ") && error.description.hasSuffix("."))
            return true
        }
    }

    @Test func `every truncation is rejected`() throws {
        for (name, whole) in try Self.files() {
            for length in stride(from: 0, to: whole.count - 1, by: max(1, whole.count / 150)) {
                #expect(try isRefused(whole.prefix(length), name), "\(name) cut to \(length) of \(whole.count) bytes")
            }
        }
    }

    @Test func `every flipped bit of a PNG is rejected`() throws {
        var random = SeededGenerator(seed: 1, purpose: "flips")
        for (name, whole) in try Self.files() where name.hasSuffix(".png") {
            for _ in 0 ..< 150 {
                var data = whole
                let bit = random.integer(below: 8 * whole.count)
                data[bit / 8] ^= 1 << UInt8(bit % 8)
                #expect(try isRefused(data, name), "\(name) with bit \(bit) flipped")
            }
        }
    }

    @Test func `flipped bits of a JPEG are rejected or change the pixels`() throws {
        var random = SeededGenerator(seed: 2, purpose: "flips")
        for (name, whole) in try Self.files() where name.hasSuffix(".jpg") {
            var refused = 0
            for _ in 0 ..< 200 {
                var data = whole
                for _ in 0 ... random.integer(below: 3) {
                    let bit = random.integer(below: 8 * whole.count)
                    data[bit / 8] ^= 1 << UInt8(bit % 8)
                }
                if try isRefused(data, name) { refused += 1 }
            }
            // JPEG has no checksum, so that only a part is detected.
            #expect(refused >= 10, "\(name): \(refused) of 200")
        }
    }

    @Test func `a PNG with changed compressed data under valid checksums is rejected or decoded`() throws {
        var random = SeededGenerator(seed: 3, purpose: "flips")
        let whole = try Fixtures.data("page.png")
        let start = try #require(whole.firstRange(of: Data("IDAT".utf8))).lowerBound
        let length = whole[start - 4 ..< start].reduce(0) { $0 << 8 | Int($1) }
        for _ in 0 ..< 200 {
            var content = [UInt8](whole[start + 4 ..< start + 4 + length])
            content[random.integer(below: length)] ^= UInt8(1 + random.integer(below: 255))
            let data = whole[..<(start - 4)] + PNGBuilder.chunk("IDAT", content) + whole[(start + 8 + length)...]
            _ = try isRefused(data, "page.png")
        }
    }

    @Test func `random bytes after a signature are rejected`() throws {
        var random = SeededGenerator(seed: 4, purpose: "bytes")
        for signature in [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF, 0xE0]] as [[UInt8]] {
            for _ in 0 ..< 100 {
                let noise = (0 ..< random.integer(below: 300)).map { _ in UInt8(random.integer(below: 256)) }
                #expect(try isRefused(Data(signature + noise), "noise"))
            }
        }
    }
}
