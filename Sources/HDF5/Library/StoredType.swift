import CHDF5

/// What a file says that the elements of a dataset or an attribute are.
enum StoredType: Equatable {
    case float(bytes: Int)
    case integer(bytes: Int, signed: Bool)
    case string(bytes: Int)
    case variableString
    case other(String)

    init(of type: hid_t) {
        let bytes = H5Tget_size(type)
        switch H5Tget_class(type) {
        case H5T_FLOAT: self = .float(bytes: bytes)
        case H5T_INTEGER: self = .integer(bytes: bytes, signed: H5Tget_sign(type) == H5T_SGN_2)
        case H5T_STRING: self = H5Tis_variable_str(type) > 0 ? .variableString : .string(bytes: bytes)
        case H5T_COMPOUND: self = .other("compound values")
        case H5T_ENUM: self = .other("an enumeration")
        case H5T_VLEN: self = .other("lists of varying length")
        case H5T_ARRAY: self = .other("arrays")
        case H5T_REFERENCE: self = .other("references")
        case H5T_OPAQUE: self = .other("opaque bytes")
        default: self = .other("an unknown type")
        }
    }

    /// Bytes of one element in the file; a string of variable length has a 16-byte reference there.
    var bytes: Int {
        switch self {
        case .float(let bytes), .integer(let bytes, _), .string(let bytes): bytes
        case .variableString, .other: 16
        }
    }

    /// Whether every stored value is one of `wanted`, to the precision of `wanted` for floating point.
    func converts(to wanted: HDF5ElementType) -> Bool {
        switch (self, wanted) {
        case (.float, .float16), (.float, .float32), (.float, .float64): true
        case (.integer(let bytes, let signed), .int32): bytes < 4 || (bytes == 4 && signed)
        case (.integer(let bytes, let signed), .int64): bytes < 8 || (bytes == 8 && signed)
        case (.integer(let bytes, let signed), .uint8): bytes == 1 && !signed
        case (.integer(let bytes, let signed), .uint32): bytes <= 4 && !signed
        default: false
        }
    }

    var isText: Bool {
        switch self {
        case .string, .variableString: true
        case .float, .integer, .other: false
        }
    }

    var description: String {
        switch self {
        case .float(let bytes): "float of \(bytes * 8) bits"
        case .integer(let bytes, let signed): "\(signed ? "" : "unsigned ")integer of \(bytes * 8) bits"
        case .string: "string"
        case .variableString: "string of variable length"
        case .other(let text): text
        }
    }
}

extension HDF5ElementType {
    /// For messages: what is stored may be narrower.
    var description: String {
        switch self {
        case .float16, .float32, .float64: "float"
        case .int32: "integer of up to 32 bits"
        case .int64: "integer of up to 64 bits"
        case .uint8: "unsigned integer of 8 bits"
        case .uint32: "unsigned integer of up to 32 bits"
        }
    }
}
