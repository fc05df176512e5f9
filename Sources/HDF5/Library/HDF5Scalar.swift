import CHDF5

/// A supported element type.
public enum HDF5ElementType: Sendable, Equatable {
    case float16, float32, float64, int32, int64, uint8, uint32

    /// The libhdf5 type in memory.
    var native: hid_t {
        switch self {
        case .float16: Library.half
        case .float32: chdf5_native_float()
        case .float64: chdf5_native_double()
        case .int32: chdf5_native_int32()
        case .int64: chdf5_native_int64()
        case .uint8: chdf5_native_uint8()
        case .uint32: chdf5_native_uint32()
        }
    }

    /// The libhdf5 type in the file.
    var stored: hid_t {
        switch self {
        case .float16: Library.half
        case .float32: chdf5_stored_float()
        case .float64: chdf5_stored_double()
        case .int32: chdf5_stored_int32()
        case .int64: chdf5_stored_int64()
        case .uint8: chdf5_stored_uint8()
        case .uint32: chdf5_stored_uint32()
        }
    }

    var bytes: Int {
        switch self {
        case .float32, .int32, .uint32: 4
        case .float64, .int64: 8
        case .float16: 2
        case .uint8: 1
        }
    }
}

/// A Swift number that datasets and attributes can store.
public protocol HDF5Scalar: BitwiseCopyable, Sendable {
    static var elementType: HDF5ElementType { get }
    static var zero: Self { get }
    /// Returns the nearest value.
    static func from(_ value: Double) -> Self
    /// - Precondition: the type can represent the value.
    static func from(_ value: Int64) -> Self
}

extension HDF5Scalar where Self: BinaryFloatingPoint {
    public static func from(_ value: Double) -> Self { Self(value) }
    public static func from(_ value: Int64) -> Self { Self(value) }
}

extension HDF5Scalar where Self: FixedWidthInteger {
    public static func from(_ value: Double) -> Self { Self(value) }
    public static func from(_ value: Int64) -> Self { Self(value) }
}

extension Float16: HDF5Scalar {
    public static var elementType: HDF5ElementType { .float16 }
}

extension Float: HDF5Scalar {
    public static var elementType: HDF5ElementType { .float32 }
}

extension Double: HDF5Scalar {
    public static var elementType: HDF5ElementType { .float64 }
}

extension Int32: HDF5Scalar {
    public static var elementType: HDF5ElementType { .int32 }
}

extension Int64: HDF5Scalar {
    public static var elementType: HDF5ElementType { .int64 }
}

extension Int: HDF5Scalar {
    public static var elementType: HDF5ElementType { .int64 }
}

extension UInt8: HDF5Scalar {
    public static var elementType: HDF5ElementType { .uint8 }
}

extension UInt32: HDF5Scalar {
    public static var elementType: HDF5ElementType { .uint32 }
}
