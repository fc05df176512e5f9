import Plots

/// Converts a report's table to GitHub Markdown.
enum MarkdownTable {
    /// Returns caption, header and rows, each followed by a newline.
    static func text(_ table: ReportTable) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        var text = table.caption.isEmpty ? "" : "**\(escaped(table.caption))**\n\n"
        text += line(table.columns.map { escaped($0.title) })
        text += line(table.columns.map { $0.alignment == .left ? ":--" : "--:" })
        for row in table.rows { text += line(row.map(escaped)) }
        return text
    }

    /// Escapes text so that it contains no markup, HTML or cell separators.
    static func escaped(_ text: String) -> String {
        var safe = ""
        for character in text.unicodeScalars {
            switch character {
            case "|", "\\", "`", "*", "_", "[", "]", "<", ">", "&", "#", "~", "@": safe += "\\\(character)"
            case _ where character.value < 0x20 || character.value == 0x7F: safe += " "
            default: safe.unicodeScalars.append(character)
            }
        }
        return safe
    }

    /// Formats text as code, with more backticks than its longest run of backticks.
    static func code(_ text: String) -> String {
        let longest = text.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        let line = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
        let needsSpace = line.hasPrefix("`") || line.hasSuffix("`")
        return needsSpace ? "\(fence) \(line) \(fence)" : "\(fence)\(line)\(fence)"
    }
}
