import Files
import Foundation
import Imaging
import LinearAlgebra

/// Small datasets of drawn beats whose classes differ only in one property unrelated to the beat.
package enum AuditPictures {
    /// The property that separates class S from class N.
    package enum Leak: String, CaseIterable {
        case nothing, color, size, margin, metadata
        case fileSize = "file size"
    }

    /// Writes class folders N and S with `perClass` PNG pictures each. Position and height of the beat are random.
    package static func write(to folder: String, leak: Leak, perClass: Int = 16, seed: UInt64 = 1) throws {
        var generator = SeededGenerator(seed: seed, purpose: "audit pictures")
        for code in ["N", "S"] {
            try AtomicFile.makeFolder("\(folder)/\(code)")
            for index in 1 ... perClass {
                let data = try picture(leak, isLeaking: code == "S", &generator)
                try AtomicFile.write(data, to: "\(folder)/\(code)/\(code)\(index).png")
            }
        }
    }

    /// Returns the file of one picture.
    package static func picture(_ leak: Leak, isLeaking: Bool, _ generator: inout SeededGenerator) throws -> Data {
        // Sizes and margins also vary within a class, so that only the leak separates the classes.
        let jitter = generator.integer(below: 5)
        let width = 60 + jitter + (isLeaking && leak == .size ? 20 : 0)
        let left = 4 + generator.integer(below: 3) + (isLeaking && leak == .margin ? 14 : 0)
        let page = beat(
            width: width, height: 40, left: left, right: 4 + generator.integer(below: 3),
            ink: isLeaking && leak == .color ? (255, 0, 0) : (0, 0, 160), &generator)
        var data = try page.pngData()
        if leak == .metadata {
            data = withChunk("tEXt", Array((isLeaking ? "Software\0one" : "Comment\0two").utf8), in: data)
        }
        if leak == .fileSize {
            data.append(Data(count: (isLeaking ? 4000 : 1000) + generator.integer(below: 50)))
        }
        return data
    }

    /// Draws a horizontal line with one triangular peak, both two pixels thick.
    package static func beat(
        width: Int, height: Int, left: Int, right: Int, ink: (UInt8, UInt8, UInt8), _ generator: inout SeededGenerator
    ) -> Page {
        let base = height - 8 - generator.integer(below: 4)
        let top = 5 + generator.integer(below: 8)
        let peak = left + 10 + generator.integer(below: max(1, width - left - right - 20))
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        for x in left ..< width - right {
            let rise = max(0, (base - top) - abs(x - peak) * 6)
            for y in base - rise ... min(base - max(0, rise - 6) + 1, height - 1) {
                (pixels[3 * (y * width + x)], pixels[3 * (y * width + x) + 1], pixels[3 * (y * width + x) + 2]) = ink
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }

    /// Inserts a chunk after the header of a PNG.
    package static func withChunk(_ name: String, _ content: [UInt8], in png: Data) -> Data {
        let body = Array(name.utf8) + content
        var crc: UInt32 = 0xFFFF_FFFF
        for byte in body {
            crc ^= UInt32(byte)
            for _ in 0 ..< 8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
        }
        func bigEndian(_ value: UInt32) -> [UInt8] {
            stride(from: 24, through: 0, by: -8).map { UInt8(value >> $0 & 255) }
        }
        // Eight bytes of signature, 25 of IHDR.
        return png.prefix(33) + Data(bigEndian(UInt32(content.count)) + body + bigEndian(~crc)) + png.dropFirst(33)
    }
}
