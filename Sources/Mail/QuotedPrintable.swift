import Foundation

/// The quoted-printable encoding: lines of at most 76 printable ASCII characters.
///
/// - Source: RFC 2045, section 6.7.
enum QuotedPrintable {
    /// Encodes a text. All line ends become CRLF, and the result ends with one.
    static func encode(_ text: String) -> String {
        var lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        return lines.map { encode(line: $0) + "\r\n" }.joined()
    }

    private static func encode(line: Substring) -> String {
        let bytes = Array(line.utf8)
        var result = ""
        var width = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isBlank = byte == 0x20 || byte == 0x09
            // A blank at the end of a line could be lost in transport.
            let isLiteral = isBlank ? !isLast : (0x21 ... 0x7E).contains(byte) && byte != UInt8(ascii: "=")
            let unit = isLiteral ? String(UnicodeScalar(byte)) : String(format: "=%02X", byte)
            if width + unit.utf8.count > (isLast ? 76 : 75) {
                result += "=\r\n"
                width = 0
            }
            result += unit
            width += unit.utf8.count
        }
        return result
    }
}
