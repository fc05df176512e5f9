import Foundation
import TestSupport

/// Runs the built program.
enum CommandLine {
    /// Runs `heartsense` with arguments in a folder.
    ///
    /// - Parameters:
    ///   - shell: a shell command to run before the program, for example `ulimit -f 8`.
    ///   - output: the file for standard output; nil captures it.
    ///   - variables: environment variables in addition to those of the tests.
    static func run(
        _ arguments: [String], in folder: String, shell: String? = nil, output: String? = nil,
        variables: [String: String] = [:]
    ) throws -> Child.Outcome {
        let environment = Program.environment.merging(["HEARTSENSE_THREADS": "2"]) { $1 }.merging(variables) { $1 }
        let before = shell.map { ["/bin/bash", "-c", $0 + "; exec \"$0\" \"$@\""] } ?? []
        let words = before + [Program.path("heartsense")] + arguments
        return try Child.run(words[0], Array(words.dropFirst()), in: folder, environment: environment, output: output)
    }
}

extension Child.Outcome {
    /// The last line of standard error.
    var sentence: String { errors.split(separator: "\n").last.map(String.init) ?? "" }

    /// Whether the program ended with status 1 and an error message, without a trap.
    var isSentence: Bool { status == 1 && sentence.hasPrefix("Error: ") && ".?".contains(sentence.last ?? " ") }
}
