extension ParsedFile {
    /// Returns the numbers of an array or of some of its elements.
    ///
    /// - Precondition: the stored type converts to `Scalar`; `elements` is within the array.
    func values<Scalar: HDF5Scalar>(
        of array: ParsedArray, elements: Range<Int>? = nil, object: String
    ) throws -> [Scalar] {
        let elements = elements ?? 0 ..< array.count
        guard !elements.isEmpty else { return [] }
        let bytes = try bytes(of: array, elements: elements, object: object)
        if array.type.stored == Scalar.elementType.sameStored {
            // The stored type is the type in memory (little-endian).
            return [Scalar](unsafeUninitializedCapacity: elements.count) { buffer, count in
                bytes.withUnsafeBytes { _ = $0.copyBytes(to: buffer) }
                count = elements.count
            }
        }
        return bytes.withUnsafeBytes { raw in
            (0 ..< elements.count).map { index in
                Scalar.convert(raw, index, stored: array.type.stored)
            }
        }
    }

    /// Returns the strings of an array.
    ///
    /// - Precondition: the stored type is a fixed- or variable-length string.
    func strings(of array: ParsedArray, object: String) throws -> [String] {
        guard array.count > 0 else { return [] }
        let bytes = try bytes(of: array, elements: 0 ..< array.count, object: object)
        guard case .string(let width) = array.type.stored else {
            var heaps: [UInt64: [UInt64: [UInt8]]] = [:]
            return try (0 ..< array.count).map { index in
                var fields = Cursor(bytes: Array(bytes[16 * index ..< 16 * index + 16]), file: self, object: object)
                return try text(&fields, &heaps, object)
            }
        }
        return StringBuffer.split(bytes, count: array.count, width: width, spacePadded: array.type.spacePadded)
    }

    private func bytes(of array: ParsedArray, elements: Range<Int>, object: String) throws -> [UInt8] {
        let width = array.type.bytes
        switch array.place {
        case .inline(let bytes):
            guard elements.upperBound * width <= bytes.count else { throw damaged(object, "it is truncated") }
            return Array(bytes[elements.lowerBound * width ..< elements.upperBound * width])
        case .contiguous(let address):
            // The reader of the layout has checked that the array is within the file.
            return try self.bytes(
                at: address + UInt64(elements.lowerBound * width), count: elements.count * width, of: object)
        }
    }

    /// Reads a variable-length string: its size, and the heap and index that refer to its bytes.
    private func text(
        _ fields: inout Cursor, _ heaps: inout [UInt64: [UInt64: [UInt8]]], _ object: String
    ) throws -> String {
        let length = try fields.count(4)
        let address = try fields.integer(8)
        let number = try fields.integer(4)
        if length == 0 { return "" }
        if heaps[address] == nil { heaps[address] = try heap(at: address, object) }
        guard let bytes = heaps[address]?[number], bytes.count >= length else {
            throw damaged(object, "a string is missing from its heap")
        }
        return String(decoding: bytes.prefix(length).prefix { $0 != 0 }, as: UTF8.self)
    }

    /// Returns the objects of a global heap collection by their indices.
    private func heap(at address: UInt64, _ object: String) throws -> [UInt64: [UInt8]] {
        var head = try cursor(at: address, count: 16, of: object)
        try head.expect("GCOL")
        head.skip(4)
        var fields = try cursor(at: address, count: head.count(8), of: object)
        fields.skip(16)
        var objects: [UInt64: [UInt8]] = [:]
        while fields.remaining >= 16 {
            let number = try fields.integer(2)
            fields.skip(6)
            let length = try fields.count(8)
            if number == 0 { break }
            objects[number] = Array(try fields.take(length))
            fields.skip((8 - length % 8) % 8)
        }
        return objects
    }
}

extension HDF5ElementType {
    /// The stored type that needs no conversion.
    fileprivate var sameStored: StoredType {
        switch self {
        case .float16: .float(bytes: 2)
        case .float32: .float(bytes: 4)
        case .float64: .float(bytes: 8)
        case .int32: .integer(bytes: 4, signed: true)
        case .int64: .integer(bytes: 8, signed: true)
        case .uint8: .integer(bytes: 1, signed: false)
        case .uint32: .integer(bytes: 4, signed: false)
        }
    }
}

extension HDF5Scalar {
    /// Returns element `index` of values that are stored as another type.
    fileprivate static func convert(_ raw: UnsafeRawBufferPointer, _ index: Int, stored: StoredType) -> Self {
        func load<Stored: BitwiseCopyable>(_: Stored.Type) -> Stored {
            raw.loadUnaligned(fromByteOffset: index * MemoryLayout<Stored>.size, as: Stored.self)
        }
        return switch stored {
        case .float(bytes: 2): from(Double(halfBits: load(UInt16.self)))
        case .float(bytes: 4): from(Double(load(Float.self)))
        case .float: from(load(Double.self))
        case .integer(bytes: 1, signed: true): from(Int64(load(Int8.self)))
        case .integer(bytes: 1, signed: false): from(Int64(load(UInt8.self)))
        case .integer(bytes: 2, signed: true): from(Int64(load(Int16.self)))
        case .integer(bytes: 2, signed: false): from(Int64(load(UInt16.self)))
        case .integer(bytes: 4, signed: true): from(Int64(load(Int32.self)))
        case .integer(bytes: 4, signed: false): from(Int64(load(UInt32.self)))
        case .integer: from(load(Int64.self))
        case .string, .variableString, .other: preconditionFailure("\(stored.description) is not a number")
        }
    }
}

extension Double {
    /// Converts IEEE half precision, which is exact in double precision.
    fileprivate init(halfBits bits: UInt16) {
        let sign: Double = bits >> 15 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1F)
        let fraction = Double(bits & 0x3FF)
        self =
            switch exponent {
            case 0: sign * fraction * 0x1p-24
            case 31: fraction == 0 ? sign * .infinity : .nan
            default: sign * (1024 + fraction) * Double(sign: .plus, exponent: exponent - 25, significand: 1)
            }
    }
}
