import CKernels
import Foundation

/// The instructions that the network's kernels are written in.
///
/// Results differ between sets in the last bits, because a fused multiply-add rounds once; on one set they do not
/// depend on anything but the image.
public enum InstructionSet: String, CaseIterable, Sendable {
    /// Vectors of the plain architecture: SSE2 or NEON.
    case portable
    /// AVX2 with fused multiply-add.
    case avx2
    /// AVX-512 F, BW, DQ and VL.
    case avx512

    /// Whether this machine has it.
    public var isAvailable: Bool { network_supports(kernels) }

    /// The sets that this machine has, from slowest to fastest.
    public static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

    /// The fastest that this machine has, or the one that `HEARTSENSE_INSTRUCTIONS` names (for benchmarks).
    ///
    /// - Precondition: the environment variable, where it is set, names a set that this machine has.
    public static var preferred: InstructionSet {
        if let name = ProcessInfo.processInfo.environment["HEARTSENSE_INSTRUCTIONS"], !name.isEmpty {
            let named = available.first { $0.rawValue == name }
            precondition(
                named != nil,
                "HEARTSENSE_INSTRUCTIONS=\(name): this machine has \(available.map(\.rawValue).joined(separator: ", "))"
            )
            if let named { return named }
        }
        return available.last ?? .portable
    }

    /// What the kernels call it.
    var kernels: network_instructions {
        switch self {
        case .portable: network_portable
        case .avx2: network_avx2
        case .avx512: network_avx512
        }
    }
}
