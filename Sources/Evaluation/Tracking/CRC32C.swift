/// The CRC-32C (Castagnoli) checksum of TFRecord files.
///
/// - Source: RFC 3720, appendix B.4 (polynomial 0x1EDC6F41, reflected); the mask is TensorFlow's `crc32c::Mask`.
enum CRC32C {
    private static let table: [UInt32] = (0 ..< 256).map { byte in
        (0 ..< 8).reduce(UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0x82F6_3B78 : 0) }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { value, byte in value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
    }

    /// The masked checksum for storage. Unmasked checksums are weak over data that contains checksums.
    static func masked(_ bytes: some Sequence<UInt8>) -> UInt32 {
        let value = checksum(bytes)
        return (value >> 15 | value << 17) &+ 0xA282_EAD8
    }
}
