import Foundation

/// PNG files and chunks whose content is much larger than their size.
public enum Bomb {
    /// Returns an 8-bit gray PNG with `rows` rows of zeros, independent of its declared height.
    public static func png(width: Int, height: Int, rows: Int) -> Data {
        var file = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        var header = Data()
        for value in [width, height] { header += bigEndian(UInt32(value)) }
        header += [8, 0, 0, 0, 0]
        file += chunk("IHDR", header)
        file += chunk("IDAT", stream(of: 0, count: (width + 1) * rows))
        file += chunk("IEND", Data())
        return file
    }

    /// Returns `number` chunks of compressed text with `count` letters each.
    public static func texts(_ number: Int, count: Int) -> Data {
        let stream = stream(of: UInt8(ascii: "a"), count: count)
        return (0 ..< number).reduce(Data()) { $0 + chunk("zTXt", Data("key \($1)\0\0".utf8) + stream) }
    }

    /// Returns `number` empty texts with distinct names.
    public static func names(_ number: Int) -> Data {
        var chunks = Data()
        for index in 0 ..< number { chunks += chunk("tEXt", Data("\(index)\0".utf8)) }
        return chunks
    }

    /// Returns a zlib stream of `count` equal bytes below 144, or up to 257 fewer. It consists of one literal, then
    /// matches of 258 bytes at distance 1 (RFC 1951).
    public static func stream(of byte: UInt8, count: Int) -> Data {
        var bits: [UInt8] = []
        func put(_ value: Int, _ length: Int, mostSignificantFirst: Bool = false) {
            for bit in 0 ..< length {
                bits.append(UInt8(value >> (mostSignificantFirst ? length - 1 - bit : bit) & 1))
            }
        }
        put(1, 1)
        put(1, 2)
        put(0x30 + Int(byte), 8, mostSignificantFirst: true)
        for _ in 0 ..< (count - 1) / 258 {
            put(0b1100_0101, 8, mostSignificantFirst: true)
            put(0, 5, mostSignificantFirst: true)
        }
        put(0, 7, mostSignificantFirst: true)
        var bytes = Data([0x78, 0x01])
        for start in stride(from: 0, to: bits.count, by: 8) {
            bytes.append(
                bits[start ..< min(start + 8, bits.count)].enumerated().reduce(0) { $0 | $1.element << $1.offset })
        }
        // Adler-32 of n bytes v: the low half is 1 + n v, the high half n + v n (n + 1) / 2, modulo 65521.
        let (number, value) = (1 + (count - 1) / 258 * 258, Int(byte))
        let low = (1 + number * value) % 65_521
        let high = (number + value * (number * (number + 1) / 2 % 65_521)) % 65_521
        return bytes + bigEndian(UInt32(high << 16 | low))
    }

    public static func chunk(_ type: String, _ content: Data) -> Data {
        let typed = Data(type.utf8) + content
        return bigEndian(UInt32(content.count)) + typed + bigEndian(crc(typed))
    }

    private static func bigEndian(_ value: UInt32) -> Data { withUnsafeBytes(of: value.bigEndian) { Data($0) } }

    private static func crc(_ bytes: Data) -> UInt32 {
        ~bytes.reduce(~0) { crc, byte in
            (0 ..< 8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }
}
