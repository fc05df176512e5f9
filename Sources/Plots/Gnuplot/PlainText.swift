/// Text from outside (labels, file names, titles) made fit to be shown on one line.
enum PlainText {
    /// `text` without what could move the cursor or turn the reading direction around: line ends, tabs and other
    /// control characters become spaces, bidirectional controls vanish.
    static func oneLine(_ text: String) -> String {
        var clean = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0 ..< 0x20, 0x7F ..< 0xA0, 0x2028, 0x2029: clean.append(" ")
            case 0x200E, 0x200F, 0x202A ... 0x202E, 0x2066 ... 0x2069, 0xFEFF, 0xFFFE ... 0xFFFF: break
            default: clean.append(scalar)
            }
        }
        return String(clean)
    }

    /// `text` on one line and with at most `length` characters, the last an ellipsis if some were left out.
    static func oneLine(_ text: String, upTo length: Int) -> String {
        let line = oneLine(text)
        return line.count <= length ? line : line.prefix(max(0, length - 1)) + "…"
    }
}
