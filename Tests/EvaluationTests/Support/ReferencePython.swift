import Foundation
import Programs
import SharedMaterial

/// The Python that has the real readers of `Tests/requirements.txt`: `HEARTSENSE_TEST_PYTHON`, or that of `.venv-tests`
/// in the checkout.
enum ReferencePython {
    static let absence =
        "there is no Python with the packages of Tests/requirements.txt (.venv-tests or HEARTSENSE_TEST_PYTHON)"

    static let isPresent = (try? run(["-c", "import mlflow, tensorboard, sqlalchemy"])) != nil

    /// Runs a script of `Tests/Python`.
    ///
    /// - Returns: what it printed.
    static func run(script: String, _ arguments: String...) throws -> Data {
        try run(["\(root)/Tests/Python/\(script)"] + arguments)
    }

    /// - Throws: `Child.Failure` with what was written to stderr, if the exit status is not 0.
    static func run(_ arguments: [String]) throws -> Data {
        var environment = ProcessInfo.processInfo.environment
        environment["MLFLOW_ALLOW_FILE_STORE"] = "true"
        // A user's own store must not be read instead.
        environment["MLFLOW_TRACKING_URI"] = nil
        return Data(try Child.run(executable, arguments, environment: environment).succeeded().output.utf8)
    }

    private static let root = SharedMaterial.checkout.path

    private static let executable =
        ProcessInfo.processInfo.environment["HEARTSENSE_TEST_PYTHON"] ?? "\(root)/.venv-tests/bin/python"
}
