import Foundation
import TestSupport
import Testing

/// Python with Keras: `HEARTSENSE_TEST_KERAS_PYTHON`, or that of `.venv-keras` in the checkout.
///
/// CI does not install it, because TensorFlow is larger than all other dependencies together. The layout is also
/// compared with files written by Keras.
enum KerasPython {
    static let absence: Comment =
        "there is no Python with tensorflow-cpu (.venv-keras or HEARTSENSE_TEST_KERAS_PYTHON)"

    static let isPresent = FileManager.default.isExecutableFile(atPath: executable)

    /// Runs a script of `Tests/Python`.
    ///
    /// - Returns: the standard output.
    /// - Throws: `Child.Failure` with the standard error if the exit status is not 0.
    static func run(script: String, _ arguments: String...) throws -> Data {
        let script = SharedMaterial.checkout.appendingPathComponent("Tests/Python/\(script)").path
        return Data(try Child.run(executable, [script] + arguments).succeeded().output.utf8)
    }

    private static let executable =
        ProcessInfo.processInfo.environment["HEARTSENSE_TEST_KERAS_PYTHON"]
        ?? SharedMaterial.checkout.appendingPathComponent(".venv-keras/bin/python").path
}
