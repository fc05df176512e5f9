import Foundation

/// What Python's email package makes of a message.
struct PythonMail: Decodable {
    struct Part: Decodable {
        let type: String
        let defects: [String]
        let parts: [Part]?
        let text: String?
        let base64: String?
        let name: String?
        let id: String?
        let disposition: String?

        var allDefects: [String] { defects + (parts ?? []).flatMap(\.allDefects) }
    }

    let headers: [String: String]
    let root: Part
    let date: Double

    /// The name in front of the sender's address, without its quotes.
    var sender: String {
        let name = (headers["From"] ?? "").components(separatedBy: " <")[0]
        guard name.hasPrefix("\""), name.hasSuffix("\"") else { return name }
        return String(name.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }

    /// Nil where there is no Python; a line says so.
    static func read(_ message: Data) throws -> PythonMail? {
        guard let python = Python.path else {
            print("There is no Python 3: the message is not read back.")
            return nil
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(UUID()).eml")
        defer { try? FileManager.default.removeItem(at: file) }
        try message.write(to: file)
        let output = Pipe()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [Python.script("read_mail.py")]
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return try JSONDecoder().decode(PythonMail.self, from: answer)
    }
}

/// The Python of the tests: that of `Tests/requirements.txt` if it is there, else the system's.
enum Python {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static var path: String? {
        let own = "\(root)/.venv-tests/bin/python"
        return [own, "/usr/local/bin/python3", "/usr/bin/python3"].first { access($0, X_OK) == 0 }
    }

    static func script(_ name: String) -> String { "\(root)/Tests/Python/\(name)" }

    /// One that has a module, or nil.
    static func path(with module: String) -> String? {
        let candidates = [ProcessInfo.processInfo.environment["HEARTSENSE_TEST_PYTHON"], path].compactMap { $0 }
        return candidates.first { python in
            let process = Process()
            process.executableURL = URL(fileURLWithPath: python)
            process.arguments = ["-c", "import \(module)"]
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
    }
}
