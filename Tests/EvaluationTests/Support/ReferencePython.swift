import Foundation
import TestSupport

/// The Python interpreter with the readers of `Tests/requirements.txt`: `HEARTSENSE_TEST_PYTHON`, or `.venv-tests` in
/// the checkout.
enum ReferencePython {
    static let absence =
        "no Python with the packages of Tests/requirements.txt (.venv-tests or HEARTSENSE_TEST_PYTHON)"

    static let isPresent = (try? run(["-c", "import mlflow, tensorboard, sqlalchemy"])) != nil

    /// Runs a script of `Tests/Python`.
    ///
    /// - Returns: The output of the script.
    static func run(script: String, _ arguments: String...) throws -> Data {
        try run(["\(root)/Tests/Python/\(script)"] + arguments)
    }

    /// - Throws: `Child.Failure` with the text of stderr if the exit status is not 0.
    static func run(_ arguments: [String]) throws -> Data {
        var environment = ProcessInfo.processInfo.environment
        environment["MLFLOW_ALLOW_FILE_STORE"] = "true"
        // Prevents reading the user's own store.
        environment["MLFLOW_TRACKING_URI"] = nil
        return Data(try Child.run(executable, arguments, environment: environment).succeeded().output.utf8)
    }

    private static let root = SharedMaterial.checkout.path

    private static let executable =
        ProcessInfo.processInfo.environment["HEARTSENSE_TEST_PYTHON"] ?? "\(root)/.venv-tests/bin/python"
}
