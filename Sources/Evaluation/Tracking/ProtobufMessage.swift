/// Encodes protocol buffer messages, with the field types that TensorBoard's events need.
///
/// - Source: "Encoding" in the Protocol Buffers documentation.
struct ProtobufMessage {
    private(set) var bytes: [UInt8] = []

    private enum WireType: UInt64 {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case fixed32 = 5
    }

    mutating func add(_ value: Int64, field: Int) {
        addKey(field, .varint)
        // Negative numbers are encoded as two's complement in ten bytes.
        addVarint(UInt64(bitPattern: value))
    }

    mutating func add(_ value: Double, field: Int) {
        addKey(field, .fixed64)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func add(_ value: Float, field: Int) {
        addKey(field, .fixed32)
        withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
    }

    mutating func add(_ value: String, field: Int) { add(Array(value.utf8), field: field) }

    mutating func add(_ value: ProtobufMessage, field: Int) { add(value.bytes, field: field) }

    mutating func add(_ value: [UInt8], field: Int) {
        addKey(field, .lengthDelimited)
        addVarint(UInt64(value.count))
        bytes += value
    }

    private mutating func addKey(_ field: Int, _ type: WireType) { addVarint(UInt64(field) << 3 | type.rawValue) }

    /// Appends a varint: seven bits per byte, lowest first. The top bit marks that more bytes follow.
    private mutating func addVarint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
