import Foundation

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
