/// Text as HTML and XML hold it.
public enum HTMLText {
    /// `text` with the five characters that mean something escaped, fit for content and for quoted attributes.
    ///
    /// Scalar by scalar: a combining mark behind a character does not hide it.
    public static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            // XML 1.0 and HTML allow no other control characters.
            case "\0" ..< "\t", "\u{B}", "\u{C}", "\u{E}" ..< " ", "\u{7F}" ..< "\u{A0}", "\u{FFFE}", "\u{FFFF}":
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
