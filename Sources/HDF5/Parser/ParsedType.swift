/// The element type of an array.
struct ParsedType: Sendable, Equatable {
    let stored: StoredType
    /// Whether fixed-length strings are padded with spaces instead of NUL.
    let spacePadded: Bool

    /// The type of unsupported elements.
    static let notRead = ParsedType(stored: .other("unsupported values"), spacePadded: false)

    /// The size of one element in the file in bytes.
    var bytes: Int { stored.bytes }
}

extension ParsedFile {
    /// Reads a dataspace message: the dimensions of an array.
    func shape(_ fields: inout Cursor, of object: String) throws -> [Int] {
        let version = try fields.byte()
        let rank = Int(try fields.byte())
        fields.skip(1)
        switch version {
        case 1: fields.skip(5)
        case 2:
            // 2 is a null dataspace.
            if try fields.byte() == 2 { throw Unsupported() }
        default: throw damaged(object, "unknown dataspace version \(version)")
        }
        guard rank <= 32 else { throw damaged(object, "it has \(rank) dimensions") }
        let shape = try (0 ..< rank).map { _ in try fields.count(8) }
        var product = 1
        for length in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            guard !overflow else { throw damaged(object, "its size is invalid") }
            product = max(next, 1)
        }
        return shape
    }

    /// Reads a datatype message.
    func type(_ fields: inout Cursor, of object: String) throws -> ParsedType {
        let first = try fields.byte()
        guard (1 ... 3).contains(first >> 4) else { throw damaged(object, "unknown datatype version \(first >> 4)") }
        let bits = try fields.integer(3)
        let size = try fields.count(4)
        guard size > 0 else { throw damaged(object, "its elements have size 0") }
        switch first & 0x0F {
        case 0: return try integerType(&fields, bits: bits, size: size)
        case 1: return try floatType(&fields, bits: bits, size: size)
        case 3: return ParsedType(stored: .string(bytes: size), spacePadded: bits & 0x0F == 2)
        case 9:
            guard bits & 0x0F == 1, size == 16 else { throw Unsupported() }
            return ParsedType(stored: .variableString, spacePadded: false)
        case 2, 4 ... 8, 10: throw Unsupported()
        case let other: throw damaged(object, "unknown datatype class \(other)")
        }
    }

    private func integerType(_ fields: inout Cursor, bits: UInt64, size: Int) throws -> ParsedType {
        let offset = try fields.count(2)
        let precision = try fields.count(2)
        guard bits & 1 == 0, offset == 0, precision == 8 * size, [1, 2, 4, 8].contains(size) else {
            throw Unsupported()
        }
        return ParsedType(stored: .integer(bytes: size, signed: bits & 0x08 != 0), spacePadded: false)
    }

    /// Reads one of the three little-endian IEEE formats.
    private func floatType(_ fields: inout Cursor, bits: UInt64, size: Int) throws -> ParsedType {
        let offset = try fields.count(2)
        let precision = try fields.count(2)
        let exponent = (place: try fields.count(1), size: try fields.count(1))
        let mantissa = (place: try fields.count(1), size: try fields.count(1))
        let bias = try fields.count(4)
        let expected: (mantissa: Int, exponent: Int, bias: Int)
        switch size {
        case 2: expected = (10, 5, 15)
        case 4: expected = (23, 8, 127)
        case 8: expected = (52, 11, 1023)
        default: throw Unsupported()
        }
        let sign = Int(bits >> 8 & 0xFF)
        guard
            bits & 0x41 == 0, offset == 0, precision == 8 * size, mantissa == (0, expected.mantissa),
            exponent == (expected.mantissa, expected.exponent), bias == expected.bias, sign == 8 * size - 1
        else { throw Unsupported() }
        return ParsedType(stored: .float(bytes: size), spacePadded: false)
    }
}
