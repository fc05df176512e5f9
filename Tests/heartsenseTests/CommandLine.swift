import Foundation

/// The built program, run as its users run it.
enum CommandLine {
    struct Outcome {
        /// Negative where a signal ended it.
        let status: Int32
        let output: String
        let errors: String

        /// The last line that it had to say.
        var sentence: String { errors.split(separator: "\n").last.map(String.init) ?? "" }

        /// Whether it ended as a program should that found a fault: exit 1 and a sentence, no trap and no trace.
        var isSentence: Bool { status == 1 && sentence.hasPrefix("Error: ") && ".?".contains(sentence.last ?? " ") }
    }

    /// Beside the test bundle, where the build puts it.
    static let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("heartsense")

    /// Runs `heartsense` with arguments in a folder.
    ///
    /// - Parameters:
    ///   - shell: what a shell does before it becomes the program, for example `ulimit -f 8`.
    ///   - output: where standard output goes; nil keeps it.
    static func run(
        _ arguments: [String], in folder: String, shell: String? = nil, output: String? = nil
    ) throws -> Outcome {
        let process = Process()
        if let shell {
            process.executableURL = URL(fileURLWithPath: "/bin/bash")
            process.arguments = ["-c", shell + "; exec \"$0\" \"$@\"", program.path] + arguments
        } else {
            process.executableURL = program
            process.arguments = arguments
        }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["HEARTSENSE_THREADS"] = "2"
        process.environment = environment
        // Files, not pipes: nobody has to empty them while the program runs.
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID())").path
        let (outPath, errorPath) = ("\(base).out", "\(base).err")
        defer { for path in [outPath, errorPath] { try? FileManager.default.removeItem(atPath: path) } }
        for path in [outPath, errorPath] { try Data().write(to: URL(fileURLWithPath: path)) }
        process.standardOutput = FileHandle(forWritingAtPath: output ?? outPath)
        process.standardError = FileHandle(forWritingAtPath: errorPath)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationReason == .uncaughtSignal
                ? -process.terminationStatus : process.terminationStatus,
            output: try String(contentsOfFile: outPath, encoding: .utf8),
            errors: try String(contentsOfFile: errorPath, encoding: .utf8))
    }
}
