import Foundation
import Processes

/// A message as parsed by Python's email package.
package struct PythonMail: Decodable {
    package struct Part: Decodable {
        package let type: String
        package let defects: [String]
        package let parts: [Part]?
        package let text: String?
        package let base64: String?
        package let name: String?
        package let id: String?
        package let disposition: String?

        package var allDefects: [String] { defects + (parts ?? []).flatMap(\.allDefects) }
    }

    package let headers: [String: String]
    package let root: Part
    package let date: Double

    /// The sender's name without quotation marks.
    package var sender: String {
        let name = (headers["From"] ?? "").components(separatedBy: " <")[0]
        guard name.hasPrefix("\""), name.hasSuffix("\"") else { return name }
        return String(name.dropFirst().dropLast()).replacing("\\\"", with: "\"").replacing("\\\\", with: "\\")
    }

    /// Parses a message. Without Python it returns nil and prints a line.
    package static func read(_ message: Data) throws -> PythonMail? {
        guard let python = Python.path else {
            print("There is no Python 3: the message is not read back.")
            return nil
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(UUID()).eml")
        defer { try? FileManager.default.removeItem(at: file) }
        try message.write(to: file)
        let output = try ChildProcess.run(python, [Python.script("read_mail.py")], input: .file(file.path)).succeeded()
            .output
        return try JSONDecoder().decode(PythonMail.self, from: Data(output.utf8))
    }
}
