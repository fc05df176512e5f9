import CKernels
import Foundation

/// The precision of the 1 × 1 convolutions, which are nine tenths of the network's operations.
public enum Precision: String, CaseIterable, Codable, Sendable {
    /// Values are floats with 24 significant bits. Features are within 2·10⁻⁵ of double precision.
    case float32
    /// Values are sums of two bfloat16, multiplied by Intel's AMX. Features are within 5·10⁻⁴ of double precision. The
    /// other layers and the first two projections, whose errors would be largest, remain float32.
    case split

    /// Whether this machine supports the precision in hardware.
    public var isAvailable: Bool { self == .float32 || network_supports(network_split_amx) }

    /// - Throws: `PrecisionError.unavailable` if this machine does not support the precision.
    public func check() throws {
        guard isAvailable else { throw PrecisionError.unavailable(self) }
    }

    /// A suffix for the names of features. Features with equal names are comparable.
    public var suffix: String { self == .float32 ? "" : ", \(rawValue) precision" }
}

/// The machine does not support a precision.
public enum PrecisionError: Error, Equatable {
    case unavailable(Precision)
}

extension PrecisionError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable(let precision):
            "extractor.precision: \(precision.rawValue) needs AMX tiles, which this machine does not have or may not "
                + "use (amx_tile and amx_bf16 in /proc/cpuinfo). Use float32, or a machine with AMX. A "
                + "model works only with features of the precision that it was trained with."
        }
    }

    public var errorDescription: String? { description }
}
