/// The width of texts in columns of a terminal.
enum DisplayWidth {
    static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

    /// Returns 0 for invisible characters, 2 for East Asian wide characters and emoji, otherwise 1.
    static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        if scalars.contains("\u{FE0F}") { return 2 }
        let widths = scalars.map { scalar -> Int in
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: return 0
            default: return wide.contains { $0.contains(scalar.value) } ? 2 : 1
            }
        }
        // The scalars of one character share its columns.
        return widths.max() ?? 0
    }

    /// Pads `text` with spaces to `width` columns.
    static func pad(_ text: String, to width: Int, _ alignment: ReportTable.Alignment) -> String {
        let spaces = String(repeating: " ", count: max(0, width - of(text)))
        return alignment == .left ? text + spaces : spaces + text
    }

    /// Truncates `text` to at most `width` columns, ending in an ellipsis if it is cut.
    static func truncate(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var kept = ""
        var used = 0
        for character in text {
            let next = of(character)
            if used + next > width - 1 { break }
            kept.append(character)
            used += next
        }
        return width > 0 ? kept + "…" : ""
    }

    /// Blocks of scalars that mostly have the East Asian width W or F.
    ///
    /// - Source: Unicode Standard Annex 11.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100 ... 0x115F, 0x231A ... 0x231B, 0x23E9 ... 0x23EC, 0x25FD ... 0x25FE, 0x2614 ... 0x2615,
        0x2648 ... 0x2653, 0x26A1 ... 0x26A1, 0x26AA ... 0x26AB, 0x26BD ... 0x26BE, 0x26C4 ... 0x26C5,
        0x2705 ... 0x2705, 0x274C ... 0x274C, 0x2753 ... 0x2755, 0x2757 ... 0x2757, 0x2795 ... 0x2797,
        0x2E80 ... 0x303E, 0x3041 ... 0x33FF, 0x3400 ... 0x4DBF, 0x4E00 ... 0x9FFF, 0xA000 ... 0xA4CF,
        0xA960 ... 0xA97C, 0xAC00 ... 0xD7A3, 0xF900 ... 0xFAFF, 0xFE30 ... 0xFE6F, 0xFF00 ... 0xFF60,
        0xFFE0 ... 0xFFE6, 0x1F300 ... 0x1F64F, 0x1F680 ... 0x1F6FF, 0x1F7E0 ... 0x1F7EB, 0x1F900 ... 0x1F9FF,
        0x1FA70 ... 0x1FAFF, 0x20000 ... 0x2FFFD, 0x30000 ... 0x3FFFD,
    ]
}
