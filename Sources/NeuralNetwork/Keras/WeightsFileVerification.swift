import Files
import Foundation

extension WeightsFile {
    /// The result of `heartsense weights verify` for a readable file.
    public struct Verification: Equatable, Sendable {
        public let description: Description
        public let origin: Origin

        public enum Origin: Equatable, Sendable {
            /// The file is identical to a published one.
            case published(KnownWeights)
            /// A valid network with an unknown digest.
            case unknown
        }
    }

    /// Reads the whole network (layers, shapes, values) and compares the file's digest with the published ones.
    ///
    /// - Parameter expected: the published weights to compare with. With nil, any valid network is accepted, unless the
    ///   file has the name of a published one.
    /// - Throws: the errors of `read`; `WeightsError.digest` if the file is not the expected one.
    public static func verify(_ path: String, against expected: KnownWeights? = nil) throws -> Verification {
        let description = try read(path).description
        let name = URL(fileURLWithPath: path).lastPathComponent
        if let expected = expected ?? KnownWeights.all.first(where: { $0.fileName == name }) {
            guard description.fileDigest == expected.sha256 else {
                throw WeightsError.digest(
                    path: path, name: expected.name, expected: "\(expected.sha256)",
                    found: "\(description.fileDigest)")
            }
        }
        let published = KnownWeights.all + [expected].compactMap(\.self)
        let known = published.first { $0.sha256 == description.fileDigest }
        return Verification(description: description, origin: known.map { .published($0) } ?? .unknown)
    }
}
