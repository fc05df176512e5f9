import Foundation

/// Builds progressive JPEG files of one gray level byte by byte without libjpeg. Every coefficient is zero.
public struct ProgressiveJPEG {
    private let width: Int
    private let height: Int
    private let scans: Int

    /// - Parameter scans: at most 883: the DC coefficients, then one frequency per scan and bit.
    public init(width: Int, height: Int, scans: Int) {
        precondition((1 ... 883).contains(scans))
        (self.width, self.height, self.scans) = (width, height, scans)
    }

    private var blocks: Int { (width + 7) / 8 * ((height + 7) / 8) }

    public var data: Data {
        var file: [UInt8] = [0xFF, 0xD8]
        file += segment(0xDB, [0] + [UInt8](repeating: 1, count: 64))
        let size = [height, width].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        file += segment(0xC2, [8] + size + [1, 1, 0x11, 0])
        // DC: code 0 is a difference of zero. Frequencies: code 0 is a run of at least 2¹⁴ blocks, code 10 of one.
        file += segment(0xC4, [0x00, 1] + [UInt8](repeating: 0, count: 15) + [0])
        file += segment(0xC4, [0x10, 1, 1] + [UInt8](repeating: 0, count: 14) + [0xE0, 0x00])
        file += scan(frequency: 0, bits: 0) + Self.packed([Bool](repeating: false, count: blocks))
        let runs = Self.packed(runs)
        for number in 0 ..< scans - 1 {
            let (step, frequency) = number.quotientAndRemainder(dividingBy: 63)
            // The first 63 scans give the highest bit, later ones the next lower bit: high nibble previous, low nibble
            // current.
            let bits = step == 0 ? 13 : UInt8(14 - step) << 4 | UInt8(13 - step)
            file += scan(frequency: UInt8(frequency + 1), bits: bits) + runs
        }
        return Data(file + [0xFF, 0xD9])
    }

    /// The bits that end all blocks without coefficients.
    private var runs: [Bool] {
        var bits: [Bool] = []
        var left = blocks
        while left > 0 {
            let run = min(left, 32_767)
            if run >= 16_384 {
                bits += [false] + (0 ..< 14).map { (run - 16_384) >> (13 - $0) & 1 == 1 }
                left -= run
            } else {
                bits += [true, false]
                left -= 1
            }
        }
        return bits
    }

    private func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xFF, marker, UInt8((content.count + 2) >> 8), UInt8((content.count + 2) & 255)] + content
    }

    private func scan(frequency: UInt8, bits: UInt8) -> [UInt8] {
        segment(0xDA, [1, 1, 0, frequency, frequency, bits])
    }

    /// Packs bits into bytes, padded with ones, with a zero after each 0xFF.
    private static func packed(_ bits: [Bool]) -> [UInt8] {
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: bits.count, by: 8) {
            let byte = (0 ..< 8).reduce(0 as UInt8) { byte, bit in
                byte << 1 | (start + bit >= bits.count || bits[start + bit] ? 1 : 0)
            }
            bytes.append(byte)
            if byte == 255 { bytes.append(0) }
        }
        return bytes
    }
}
