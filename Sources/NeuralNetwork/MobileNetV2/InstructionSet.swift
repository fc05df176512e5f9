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

    /// The fastest that this machine has, or the one that the environment's `HEARTSENSE_INSTRUCTIONS` names (for
    /// benchmarks). A name that this machine does not have is passed over, with a sentence on standard error.
    public static let preferred: InstructionSet = {
        let name = ProcessInfo.processInfo.environment["HEARTSENSE_INSTRUCTIONS"]
        let (chosen, warning) = choice(named: name, among: available)
        if let warning { FileHandle.standardError.write(Data("\(warning)\n".utf8)) }
        return chosen
    }()

    /// - Parameter available: from slowest to fastest.
    /// - Returns: the set of that name, else the fastest, and what is wrong with the name.
    static func choice(
        named name: String?, among available: [InstructionSet]
    ) -> (set: InstructionSet, warning: String?) {
        let fastest = available.last ?? .portable
        guard let name, !name.isEmpty else { return (fastest, nil) }
        if let named = available.first(where: { $0.rawValue == name }) { return (named, nil) }
        let known = available.map(\.rawValue).joined(separator: ", ")
        return (
            fastest,
            "HEARTSENSE_INSTRUCTIONS is \(name), this machine has \(known): going on with \(fastest.rawValue). "
                + "Set it to one of these, or not at all."
        )
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
