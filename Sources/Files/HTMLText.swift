/// Escaping of text in HTML and XML.
public enum HTMLText {
    /// Escapes the five special characters for content and quoted attributes.
    ///
    /// It works scalar by scalar, because a combining mark would join the character before it.
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
