import Foundation

/// A message in the mail folder, decoded in a simple way. `PythonMail` checks the encoding.
struct MailFile {
    let content: String

    init(_ data: Data) { content = String(decoding: data, as: UTF8.self) }

    /// Reads a file; nil if it does not exist.
    init?(at path: String) {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        self.init(data)
    }

    var recipient: String {
        String(content.components(separatedBy: "\r\nTo: <").dropFirst().first?.prefix { $0 != ">" } ?? "")
    }

    /// The text of a message without other parts.
    var text: String {
        let body = content.components(separatedBy: "\r\n\r\n").dropFirst().joined(separator: "\r\n\r\n")
        var bytes: [UInt8] = []
        for (index, piece) in body.replacing("=\r\n", with: "").components(separatedBy: "=").enumerated() {
            if index > 0 { bytes.append(UInt8(piece.prefix(2), radix: 16) ?? UInt8(ascii: "?")) }
            bytes += Array(piece.utf8.dropFirst(index > 0 ? 2 : 0))
        }
        return String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
    }
}
