import Files
import Foundation
import TestSupport

/// A fixture that is unpacked for one test.
final class Unpacked {
    let path: String

    init(_ name: String) throws {
        let packed = SharedMaterial.checkout.appendingPathComponent("Tests/NeuralNetworkTests/Fixtures/\(name).gz")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("weights-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        path = "\(folder)/\(name)"
        try Child.run("gzip", ["-dc", packed.path], output: path).succeeded()
    }

    func bytes() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    deinit {
        try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
    }
}
