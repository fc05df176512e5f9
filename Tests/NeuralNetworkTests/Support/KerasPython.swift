import Foundation
import TestSupport
import Testing

/// A Python with real Keras: `HEARTSENSE_KERAS_PYTHON`, or that of `.venv-keras` in the checkout. CI does without:
/// TensorFlow is larger than everything else together, and the layout is also compared with files that Keras wrote.
enum KerasPython {
    static let absence: Comment =
        "there is no Python with tensorflow-cpu (.venv-keras or HEARTSENSE_KERAS_PYTHON)"

    static let isPresent = FileManager.default.isExecutableFile(atPath: executable)

    /// Runs a script of `Tests/Python`.
    ///
    /// - Returns: what it printed.
    /// - Throws: `Child.Failure` with what it wrote to stderr, if the exit status is not 0.
    static func run(script: String, _ arguments: String...) throws -> Data {
        let script = SharedMaterial.checkout.appendingPathComponent("Tests/Python/\(script)").path
        return Data(try Child.run(executable, [script] + arguments).succeeded().output.utf8)
    }

    private static let executable =
        ProcessInfo.processInfo.environment["HEARTSENSE_KERAS_PYTHON"]
        ?? SharedMaterial.checkout.appendingPathComponent(".venv-keras/bin/python").path
}
