import Foundation
import TestSupport
import Testing

/// The wfdb package, in the first Python that has it.
enum WFDBPython {
    static let absence = "no Python with wfdb from Tests/requirements.txt (.venv-tests or HEARTSENSE_TEST_PYTHON)"

    static let isPresent = executable != nil

    private static let executable = Python.path(with: "wfdb")

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
        let executable = try #require(executable)
        let output = try Child.run(executable, [Python.script("read_wfdb.py"), folder] + annotators).succeeded().output
        return try output.split(separator: "\n").map {
            try JSONDecoder().decode(Found.self, from: Data($0.utf8))
        }
    }
}
