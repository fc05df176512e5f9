/// What the elements of an array are, as far as it is read without libhdf5.
struct PlainType: Sendable, Equatable {
    let stored: StoredType
    /// Texts of fixed length end with spaces, not with NUL.
    let spacePadded: Bool

    /// Of a type that is not read here.
    static let notRead = PlainType(stored: .other("values of another type"), spacePadded: false)

    /// Bytes of one element where it stands.
    var bytes: Int { stored.bytes }
}

extension PlainFile {
    /// A dataspace message: the lengths of an array's dimensions.
    func shape(_ fields: inout Cursor, of object: String) throws -> [Int] {
        let version = try fields.byte()
        let rank = Int(try fields.byte())
        fields.skip(1)
        switch version {
        case 1: fields.skip(5)
        case 2:
            // 2 stands for no array at all.
            if try fields.byte() == 2 { throw Unsupported() }
        default: throw damaged(object, "its shape has the version \(version)")
        }
        guard rank <= 32 else { throw damaged(object, "it has \(rank) dimensions") }
        let shape = try (0 ..< rank).map { _ in try fields.count(8) }
        var product = 1
        for length in shape {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            guard !overflow else { throw damaged(object, "its size is impossible") }
            product = max(next, 1)
        }
        return shape
    }

    /// A datatype message.
    func type(_ fields: inout Cursor, of object: String) throws -> PlainType {
        let first = try fields.byte()
        guard (1 ... 3).contains(first >> 4) else { throw damaged(object, "its type has the version \(first >> 4)") }
        let bits = try fields.integer(3)
        let size = try fields.count(4)
        guard size > 0 else { throw damaged(object, "its elements have no size") }
        switch first & 0x0F {
        case 0: return try integerType(&fields, bits: bits, size: size)
        case 1: return try floatType(&fields, bits: bits, size: size)
        case 3: return PlainType(stored: .string(bytes: size), spacePadded: bits & 0x0F == 2)
        case 9:
            guard bits & 0x0F == 1, size == 16 else { throw Unsupported() }
            return PlainType(stored: .variableString, spacePadded: false)
        case 2, 4 ... 8, 10: throw Unsupported()
        case let other: throw damaged(object, "its type is of the unknown kind \(other)")
        }
    }

    private func integerType(_ fields: inout Cursor, bits: UInt64, size: Int) throws -> PlainType {
        let offset = try fields.count(2)
        let precision = try fields.count(2)
        guard bits & 1 == 0, offset == 0, precision == 8 * size, [1, 2, 4, 8].contains(size) else {
            throw Unsupported()
        }
        return PlainType(stored: .integer(bytes: size, signed: bits & 0x08 != 0), spacePadded: false)
    }

    /// The three IEEE formats, little-endian.
    private func floatType(_ fields: inout Cursor, bits: UInt64, size: Int) throws -> PlainType {
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
        return PlainType(stored: .float(bytes: size), spacePadded: false)
    }
}
