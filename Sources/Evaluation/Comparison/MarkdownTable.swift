import Plots

/// A report's table as GitHub's Markdown has it.
enum MarkdownTable {
    /// Caption, header and rows, each ended by a line feed.
    static func text(_ table: ReportTable) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |\n" }
        var text = table.caption.isEmpty ? "" : "**\(escaped(table.caption))**\n\n"
        text += line(table.columns.map { escaped($0.title) })
        text += line(table.columns.map { $0.alignment == .left ? ":--" : "--:" })
        for row in table.rows { text += line(row.map(escaped)) }
        return text
    }

    /// Any text so that it is shown as it stands: nothing ends a cell, nothing is markup or HTML.
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

    /// Any text as code: between more backticks than it holds in a row.
    static func code(_ text: String) -> String {
        let longest = text.split(omittingEmptySubsequences: true) { $0 != "`" }.map(\.count).max() ?? 0
        let fence = String(repeating: "`", count: longest + 1)
        let line = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: " ")
        let needsSpace = line.hasPrefix("`") || line.hasSuffix("`")
        return needsSpace ? "\(fence) \(line) \(fence)" : "\(fence)\(line)\(fence)"
    }
}
