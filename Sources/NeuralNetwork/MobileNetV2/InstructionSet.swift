import CKernels
import Foundation

/// The instruction set of the network's kernels.
///
/// Results of different sets differ in the last bits, because a fused multiply-add rounds once. On one set they depend
/// on the image only.
public enum InstructionSet: String, CaseIterable, Sendable {
    /// The vectors of the base architecture: SSE2 or NEON.
    case portable
    /// AVX2 with fused multiply-add.
    case avx2
    /// AVX-512 F, BW, DQ and VL.
    case avx512

    /// Whether this machine supports the set.
    public var isAvailable: Bool { network_supports(kernels) }

    /// The sets that this machine supports, from slowest to fastest.
    public static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

    /// The fastest set of this machine, or the one in the environment variable `HEARTSENSE_INSTRUCTIONS` (for
    /// benchmarks). An unsupported name is ignored with a warning on standard error.
    public static let preferred: InstructionSet = {
        let name = ProcessInfo.processInfo.environment["HEARTSENSE_INSTRUCTIONS"]
        let (chosen, warning) = choice(named: name, among: available)
        if let warning { FileHandle.standardError.write(Data("\(warning)\n".utf8)) }
        return chosen
    }()

    /// - Parameter available: sets from slowest to fastest.
    /// - Returns: the named set or the fastest one, and a warning if the name is unknown.
    static func choice(
        named name: String?, among available: [InstructionSet]
    ) -> (set: InstructionSet, warning: String?) {
        let fastest = available.last ?? .portable
        guard let name, !name.isEmpty else { return (fastest, nil) }
        if let named = available.first(where: { $0.rawValue == name }) { return (named, nil) }
        let known = available.map(\.rawValue).joined(separator: ", ")
        return (
            fastest,
            "HEARTSENSE_INSTRUCTIONS is \(name), but this machine supports \(known). Using \(fastest.rawValue). "
                + "Set it to one of these, or unset it."
        )
    }

    /// The value for the C kernels.
    var kernels: network_instructions {
        switch self {
        case .portable: network_portable
        case .avx2: network_avx2
        case .avx512: network_avx512
        }
    }
}
