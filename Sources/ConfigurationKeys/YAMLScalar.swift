/// Writes a value as YAML that reads back as the same text.
package enum YAMLScalar {
    /// Returns the value unquoted if it has no special characters, otherwise quoted. Characters that are not printable
    /// are escaped.
    package static func text(of value: String) -> String {
        if isPlain(value) { return value }
        guard value.unicodeScalars.allSatisfy(isPrintable) else { return escaped(value) }
        return "'" + value.replacing("'", with: "''") + "'"
    }

    private static func isPlain(_ value: String) -> Bool {
        guard let first = value.utf8.first, isWord(first) || first == UInt8(ascii: "/") || first == UInt8(ascii: ".")
        else { return false }
        return value.utf8.allSatisfy { isWord($0) || "-_./".utf8.contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a") ... UInt8(ascii: "z"), UInt8(ascii: "A") ... UInt8(ascii: "Z"),
            UInt8(ascii: "0") ... UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// Line and paragraph separators end a line within single quotes, as a line feed does.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20 ... 0x7E, 0xA0 ... 0x2027, 0x202A ... 0xD7FF, 0xE000 ... 0xFEFE, 0xFF00 ... 0xFFFD,
            0x10000 ... 0x10FFFF:
            true
        default: false
        }
    }

    private static func escaped(_ value: String) -> String {
        let characters = value.unicodeScalars.map { scalar -> String in
            switch scalar {
            case "\"", "\\": return "\\\(scalar)"
            case _ where isPrintable(scalar): return String(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
            }
        }
        return "\"" + characters.joined() + "\""
    }
}
