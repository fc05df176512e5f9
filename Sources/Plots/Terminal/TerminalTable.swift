/// A table as aligned text.
///
/// Each cell is a single line. Control characters, including escape sequences, become spaces, so that a label cannot
/// move the cursor or change colors.
public struct TerminalTable: Sendable {
    public var table: ReportTable
    public var style: TerminalStyle
    /// The maximum width of the first column; wider cells are cut.
    public var nameLimit: Int

    public init(_ table: ReportTable, style: TerminalStyle = .plain, nameLimit: Int = 40) {
        self.table = table
        self.style = style
        self.nameLimit = nameLimit
    }

    /// Caption, header, rule and rows, each ended by a line feed, without trailing spaces.
    public var text: String {
        let header = table.columns.map { PlainText.oneLine($0.title) }
        let rows = table.rows.map { row in
            row.enumerated().map { index, cell in
                let line = PlainText.oneLine(cell)
                return index == 0 ? DisplayWidth.truncate(line, to: nameLimit) : line
            }
        }
        let widths = header.indices.map { column in
            ([header] + rows).map { DisplayWidth.of($0[column]) }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { index, cell in
                DisplayWidth.pad(cell, to: widths[index], table.columns[index].alignment)
            }
            let joined = padded.joined(separator: "  ")
            return String(joined.reversed().drop { $0 == " " }.reversed())
        }
        var lines: [String] = []
        if !table.caption.isEmpty { lines.append(style.bold(PlainText.oneLine(table.caption))) }
        lines.append(style.bold(line(header)))
        lines.append(style.faint(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")))
        lines += rows.map(line)
        return lines.map { $0 + "\n" }.joined()
    }
}
