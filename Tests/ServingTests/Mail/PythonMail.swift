import Foundation
import Programs

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
        let output = try Child.run(python, [Python.script("read_mail.py")], input: .file(file.path)).succeeded().output
        return try JSONDecoder().decode(PythonMail.self, from: Data(output.utf8))
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
        return candidates.first { (try? Child.run($0, ["-c", "import \(module)"]))?.status == 0 }
    }
}
