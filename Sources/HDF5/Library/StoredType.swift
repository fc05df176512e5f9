import CHDF5

/// The type of the elements of a dataset or attribute in a file.
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
        case H5T_VLEN: self = .other("variable-length lists")
        case H5T_ARRAY: self = .other("arrays")
        case H5T_REFERENCE: self = .other("references")
        case H5T_OPAQUE: self = .other("opaque bytes")
        default: self = .other("an unknown type")
        }
    }

    /// The size of one element in the file in bytes. A variable-length string has a 16-byte reference there.
    var bytes: Int {
        switch self {
        case .float(let bytes), .integer(let bytes, _), .string(let bytes): bytes
        case .variableString, .other: 16
        }
    }

    /// Returns whether `wanted` can represent every value of the stored type. Floats may be rounded.
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
        case .float(let bytes): "\(bytes * 8)-bit float"
        case .integer(let bytes, let signed): "\(signed ? "" : "unsigned ")\(bytes * 8)-bit integer"
        case .string: "string"
        case .variableString: "variable-length string"
        case .other(let text): text
        }
    }
}

extension HDF5ElementType {
    /// A description for messages. The stored type may be narrower.
    var description: String {
        switch self {
        case .float16, .float32, .float64: "float"
        case .int32: "integer of at most 32 bits"
        case .int64: "integer of at most 64 bits"
        case .uint8: "unsigned 8-bit integer"
        case .uint32: "unsigned integer of at most 32 bits"
        }
    }
}
