import CKernels
import Foundation

/// How exactly the network's 1 × 1 convolutions, nine tenths of its work, are computed.
public enum Precision: String, CaseIterable, Codable, Sendable {
    /// Each value is a float of 24 bits: features within 2·10⁻⁵ of double precision.
    case float32
    /// Each value is the sum of two bfloat16, which Intel's AMX multiplies: within 5·10⁻⁴ of double precision. The
    /// other layers stay float32, and so do the first two projections, whose errors would be the largest.
    case split

    /// Whether this machine computes so at the speed that makes it worth while.
    public var isAvailable: Bool { self == .float32 || network_supports(network_split_amx) }

    /// - Throws: `PrecisionError.unavailable` where this machine cannot compute so.
    public func check() throws {
        guard isAvailable else { throw PrecisionError.unavailable(self) }
    }

    /// What the names of features made so end with; equal names mean comparable features.
    public var suffix: String { self == .float32 ? "" : ", \(rawValue) precision" }
}

/// A precision that the machine does not have.
public enum PrecisionError: Error, Equatable {
    case unavailable(Precision)
}

extension PrecisionError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .unavailable(let precision):
            "extractor.precision: \(precision.rawValue) was asked for, and this machine has no AMX tiles that it may "
                + "use (amx_tile and amx_bf16 in /proc/cpuinfo). Use precision float32, or a machine that has them; a "
                + "model that was trained on features of one precision reads those of no other."
        }
    }

    public var errorDescription: String? { description }
}
