import Foundation

/// The header fields of a message, in ASCII and folded.
enum MailHeader {
    /// Returns `name: value` with a line end. The value may be folded.
    static func line(_ name: String, _ value: String) -> String { "\(name): \(value)\r\n" }

    /// Returns a text such as a subject as a header value.
    ///
    /// - Throws: `MailError.controlCharacter`.
    static func unstructured(_ text: String, field: String) throws -> String {
        try refuseControls(text, field: field)
        return isPlain(text) ? text : encodedWords(text)
    }

    /// Returns the name before an address.
    ///
    /// - Throws: `MailError.controlCharacter`.
    static func phrase(_ text: String, field: String) throws -> String {
        try refuseControls(text, field: field)
        guard isPlain(text) else { return encodedWords(text) }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Returns `; name="value"`, or percent-encoded UTF-8 in numbered pieces as in RFC 2231.
    ///
    /// - Throws: `MailError.controlCharacter`.
    static func parameter(_ name: String, _ value: String, field: String) throws -> String {
        try refuseControls(value, field: field)
        if isPlain(value) {
            return ";\r\n \(name)=\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
        }
        let units = value.utf8.map { byte in
            // attribute-char of RFC 2231: the bytes of a token without *, ' and %.
            isTokenByte(byte) && !"*'%".utf8.contains(byte)
                ? String(UnicodeScalar(byte)) : String(format: "%%%02X", byte)
        }
        var pieces = [""]
        for unit in units {
            if pieces[pieces.count - 1].utf8.count + unit.utf8.count > 50 { pieces.append("") }
            pieces[pieces.count - 1] += unit
        }
        guard pieces.count > 1 else { return ";\r\n \(name)*=UTF-8''\(pieces[0])" }
        return pieces.enumerated().map { ";\r\n \(name)*\($0)*=\($0 == 0 ? "UTF-8''" : "")\($1)" }.joined()
    }

    /// Whether a byte may occur in a token, such as the name of a type.
    ///
    /// - Source: RFC 2045, section 5.1, without braces, which are rare.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        MailAddress.isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }

    /// Whether the text needs no encoding: short printable ASCII that does not look like an encoded word.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= 60 && text.utf8.allSatisfy { (0x20 ... 0x7E).contains($0) } && !text.contains("=?")
            && text.first != " " && text.last != " "
    }

    /// Returns `=?UTF-8?B?…?=` words of at most 75 characters, one per line. No word splits a character.
    ///
    /// - Source: RFC 2047, sections 2 and 5.
    private static func encodedWords(_ text: String) -> String {
        var words: [[UInt8]] = [[]]
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // 42 bytes are 56 base64 characters; with the 12 around them and a header's name a line stays below 78.
            if words[words.count - 1].count + bytes.count > 42 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.map { "=?UTF-8?B?\(Data($0).base64EncodedString())?=" }.joined(separator: "\r\n ")
    }

    private static func refuseControls(_ text: String, field: String) throws {
        let isBad = text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
        if isBad { throw MailError.controlCharacter(field: field) }
    }
}
