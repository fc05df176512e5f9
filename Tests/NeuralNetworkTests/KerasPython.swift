import Foundation
import SharedMaterial
import Testing

/// A Python with real Keras: `HEARTSENSE_KERAS_PYTHON`, or that of `.venv-keras` in the checkout. CI does without:
/// TensorFlow is larger than everything else together, and the layout is also compared with files that Keras wrote.
enum KerasPython {
    static let absence: Comment =
        "there is no Python with tensorflow-cpu (.venv-keras or HEARTSENSE_KERAS_PYTHON)"

    static let isPresent = FileManager.default.isExecutableFile(atPath: executable)

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs a script of `Tests/Python`.
    ///
    /// - Returns: what it printed.
    /// - Throws: `Failure` with what it wrote to stderr, if the exit status is not 0.
    static func run(script: String, _ arguments: String...) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments =
            [SharedMaterial.checkout.appendingPathComponent("Tests/Python/\(script)").path] + arguments
        let errors = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data().write(to: errors)
        defer { try? FileManager.default.removeItem(at: errors) }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: (try? String(contentsOf: errors, encoding: .utf8)) ?? "no reason given")
        }
        return data
    }

    private static let executable =
        ProcessInfo.processInfo.environment["HEARTSENSE_KERAS_PYTHON"]
        ?? SharedMaterial.checkout.appendingPathComponent(".venv-keras/bin/python").path
}
