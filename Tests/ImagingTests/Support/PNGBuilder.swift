import Foundation
import LinearAlgebra

/// Builds PNG files of every kind byte by byte without libpng, with stored deflate blocks and without filters.
struct PNGBuilder {
    /// The color types of the PNG specification.
    enum Kind: Int, CaseIterable {
        case gray = 0
        case rgb = 2
        case palette = 3
        case grayAlpha = 4
        case rgba = 6

        var samples: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][rawValue]! }
        var depths: [Int] {
            [0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16]][rawValue]!
        }
    }

    var kind: Kind
    var depth: Int
    var width: Int
    var height: Int
    var isInterlaced = false
    /// height × width × samples, each below 2^depth.
    var samples: [Int]
    /// Red, green, blue and alpha of each entry.
    var palette: [[UInt8]] = []
    /// The transparent color, as samples.
    var transparent: [Int]?
    /// Chunks between IHDR and PLTE.
    var extra: [(name: String, content: [UInt8])] = []

    /// Creates a picture of random samples. A palette has as many random colors as its depth allows, up to 40.
    init(_ kind: Kind, depth: Int, width: Int, height: Int, isInterlaced: Bool = false, seed: UInt64) {
        var random = SeededGenerator(seed: seed, purpose: "PNG", index: kind.rawValue * 100 + depth)
        self.kind = kind
        self.depth = depth
        self.width = width
        self.height = height
        self.isInterlaced = isInterlaced
        let levels = kind == .palette ? min(1 << depth, 40) : 1 << depth
        samples = (0 ..< width * height * kind.samples).map { _ in random.integer(below: levels) }
        if kind == .palette {
            palette = (0 ..< levels).map { _ in (0 ..< 4).map { _ in UInt8(random.integer(below: 256)) } }
        }
    }

    var data: Data {
        var png = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        let header = Self.bigEndian(width) + Self.bigEndian(height)
        png += Self.chunk("IHDR", header + [UInt8(depth), UInt8(kind.rawValue), 0, 0, isInterlaced ? 1 : 0])
        for chunk in extra { png += Self.chunk(chunk.name, chunk.content) }
        if kind == .palette {
            png += Self.chunk("PLTE", palette.flatMap { $0.prefix(3) })
            if palette.contains(where: { $0[3] != 255 }) { png += Self.chunk("tRNS", palette.map { $0[3] }) }
        }
        if let transparent { png += Self.chunk("tRNS", transparent.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }) }
        png += Self.chunk("IDAT", Self.stored(filteredRows))
        return png + Self.chunk("IEND", [])
    }

    /// The expected pixels, RGB over white, computed pixel by pixel.
    var expectedPixels: [UInt8] {
        (0 ..< width * height).flatMap { index -> [UInt8] in
            let pixel = Array(samples[index * kind.samples ..< (index + 1) * kind.samples])
            func level(_ sample: Int) -> Double { (Double(sample) * 255 / Double((1 << depth) - 1)).rounded() }
            func overWhite(_ level: Double, _ alpha: Double) -> UInt8 {
                UInt8((level * alpha / 255 + 255 - alpha).rounded())
            }
            if pixel == transparent { return [255, 255, 255] }
            switch kind {
            case .gray: return Array(repeating: UInt8(level(pixel[0])), count: 3)
            case .rgb: return pixel.map { UInt8(level($0)) }
            case .palette:
                let color = palette[pixel[0]]
                return color.prefix(3).map { overWhite(Double($0), Double(color[3])) }
            case .grayAlpha: return Array(repeating: overWhite(level(pixel[0]), level(pixel[1])), count: 3)
            case .rgba: return pixel.prefix(3).map { overWhite(level($0), level(pixel[3])) }
            }
        }
    }

    /// The filtered rows of each pass of Adam7, or of the only pass without interlacing.
    var filteredRows: [UInt8] {
        let passes =
            isInterlaced
            ? [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
            : [(0, 0, 1, 1)]
        var rows: [UInt8] = []
        for (left, top, across, down) in passes where left < width {
            for y in stride(from: top, to: height, by: down) {
                rows.append(0)
                var (bits, held) = (0, 0)
                for x in stride(from: left, to: width, by: across) {
                    for sample in 0 ..< kind.samples {
                        bits = bits << depth | samples[(y * width + x) * kind.samples + sample]
                        held += depth
                        while held >= 8 {
                            held -= 8
                            rows.append(UInt8(bits >> held & 255))
                        }
                        bits &= (1 << held) - 1
                    }
                }
                if held > 0 { rows.append(UInt8(bits << (8 - held) & 255)) }
            }
        }
        return rows
    }

    static func chunk(_ name: String, _ content: [UInt8]) -> Data {
        let body = Array(name.utf8) + content
        return Data(bigEndian(content.count) + body + bigEndian(Int(crc(body))))
    }

    static func bigEndian(_ value: Int) -> [UInt8] { (0 ..< 4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

    /// Returns a zlib stream of stored blocks.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        for start in stride(from: 0, to: bytes.count, by: 65_535) {
            let block = bytes[start ..< min(start + 65_535, bytes.count)]
            let (low, high) = (UInt8(block.count & 255), UInt8(block.count >> 8))
            stream += [start + 65_535 >= bytes.count ? 1 : 0, low, high, ~low, ~high] + block
        }
        var (a, b): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            a = (a + UInt32(byte)) % 65_521
            b = (b + a) % 65_521
        }
        return stream + bigEndian(Int(b << 16 | a))
    }

    /// Computes CRC-32 bit by bit, as defined in the PNG specification.
    static func crc(_ bytes: [UInt8]) -> UInt32 {
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            crc ^= UInt32(byte)
            for _ in 0 ..< 8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        return ~crc
    }
}
