import Foundation
import Processes

/// The Python of the tests: that of `Tests/requirements.txt` if installed, else the system's.
package enum Python {
    package static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    package static var path: String? {
        let own = "\(root)/.venv-tests/bin/python"
        return [own, "/usr/local/bin/python3", "/usr/bin/python3"].first { access($0, X_OK) == 0 }
    }

    package static func script(_ name: String) -> String { "\(root)/Tests/Python/\(name)" }

    /// Runs a script of `Tests/Python`.
    package static func run(_ interpreter: String, script name: String, _ arguments: String...) throws
        -> ChildProcess.Outcome
    {
        try ChildProcess.run(interpreter, [script(name)] + arguments)
    }

    /// Returns an interpreter that has `module`; nil if there is none.
    package static func path(with module: String) -> String? {
        let candidates = [ProcessInfo.processInfo.environment["HEARTSENSE_TEST_PYTHON"], path].compactMap { $0 }
        return candidates.first { (try? ChildProcess.run($0, ["-c", "import \(module)"]))?.status == 0 }
    }
}
