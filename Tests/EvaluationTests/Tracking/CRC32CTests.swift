import Testing

@testable import Evaluation

struct CRC32CTests {
    /// RFC 3720, B.4.
    private static let examples: [([UInt8], UInt32)] = [
        (Array(repeating: 0, count: 32), 0x8A91_36AA), (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
        ((0 ..< 32).map { UInt8($0) }, 0x46DD_794E), ((0 ..< 32).reversed().map { UInt8($0) }, 0x113F_DB5C),
        (Array("123456789".utf8), 0xE306_9283), ([], 0),
    ]

    @Test func `the checksums equal those of the RFC`() {
        for (bytes, expected) in Self.examples { #expect(CRC32C.checksum(bytes) == expected) }
    }

    @Test func `the mask rotates right by 15 bits and adds TensorFlow's constant`() {
        let value: UInt32 = 0xE306_9283
        let turned = UInt32(truncatingIfNeeded: (UInt64(value) << 32 | UInt64(value)) >> 15)
        #expect(CRC32C.masked(Array("123456789".utf8)) == turned &+ 0xA282_EAD8)
    }
}
