import Foundation
import TestSupport

/// The built program, run as its users run it.
enum CommandLine {
    /// Runs `heartsense` with arguments in a folder.
    ///
    /// - Parameters:
    ///   - shell: what a shell does before it becomes the program, for example `ulimit -f 8`.
    ///   - output: where standard output goes; nil keeps it.
    static func run(
        _ arguments: [String], in folder: String, shell: String? = nil, output: String? = nil
    ) throws -> Child.Outcome {
        var environment = ProcessInfo.processInfo.environment
        environment["HEARTSENSE_THREADS"] = "2"
        let before = shell.map { ["/bin/bash", "-c", $0 + "; exec \"$0\" \"$@\""] } ?? []
        let words = before + [Program.path("heartsense")] + arguments
        return try Child.run(words[0], Array(words.dropFirst()), in: folder, environment: environment, output: output)
    }
}

extension Child.Outcome {
    /// The last line that it had to say.
    var sentence: String { errors.split(separator: "\n").last.map(String.init) ?? "" }

    /// Whether it ended as a program should that found a fault: exit 1 and a sentence, no trap and no trace.
    var isSentence: Bool { status == 1 && sentence.hasPrefix("Error: ") && ".?".contains(sentence.last ?? " ") }
}
