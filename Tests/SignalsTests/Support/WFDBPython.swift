import Foundation
import Programs
import SharedMaterial

/// The wfdb package, run in the Python of `HEARTSENSE_TEST_PYTHON` or of `.venv-tests` in the checkout.
enum WFDBPython {
    static let absence = "no Python with wfdb from Tests/requirements.txt (.venv-tests or HEARTSENSE_TEST_PYTHON)"

    static let isPresent = (try? Child.run(executable, ["-c", "import wfdb"]).succeeded()) != nil

    /// A record or an annotation file, as the package reads it.
    struct Found: Decodable {
        /// Relative to the folder.
        let file: String
        let rate: Double?
        /// Samples of each lead, or annotations.
        let count: Int
        let digest: String
        let names: [String]?
        let comments: [String]?
        let start: String?
    }

    /// Reads all records below a folder, and the annotation files with one of the extensions.
    static func read(_ folder: String, annotators: [String] = ["atr"]) throws -> [Found] {
        let script = SharedMaterial.checkout.appendingPathComponent("Tests/Python/read_wfdb.py").path
        let output = try Child.run(executable, [script, folder] + annotators).succeeded().output
        return try output.split(separator: "\n").map {
            try JSONDecoder().decode(Found.self, from: Data($0.utf8))
        }
    }

    private static let executable =
        ProcessInfo.processInfo.environment["HEARTSENSE_TEST_PYTHON"]
        ?? SharedMaterial.checkout.appendingPathComponent(".venv-tests/bin/python").path
}
