import Foundation

/// Small pictures in block characters, for a look at results without leaving the terminal.
public enum TerminalPlot {
    private static let heights: [Character] = Array(" ▁▂▃▄▅▆▇█")
    private static let widths: [Character] = Array(" ▏▎▍▌▋▊▉█")

    /// A curve as columns of blocks with the range of its values at the left.
    ///
    /// - Parameters:
    ///   - values: from left to right; those that share a column are averaged; NaN leaves it empty.
    ///   - width: columns of the drawing, besides the axis.
    ///   - height: lines of the drawing.
    ///   - range: of the axis; the values' own if nil.
    /// - Returns: `height` lines, each ended by a line feed; for values without a number one line that says so.
    /// - Precondition: width and height are at least 1.
    public static func curve(
        _ values: [Double], width: Int = 60, height: Int = 6, range: ClosedRange<Double>? = nil
    ) -> String {
        precondition(width >= 1 && height >= 1, "a drawing of \(width) × \(height) characters")
        let finite = values.filter(\.isFinite)
        guard let lowest = finite.min(), let highest = finite.max() else { return "(no values)\n" }
        let range = range ?? lowest ... highest
        // Halves, whose difference is finite whatever the values.
        let (low, span) = (range.lowerBound / 2, range.upperBound / 2 - range.lowerBound / 2)
        let columns = columns(values, width: min(width, values.count))
        // The lowest value is still a line, not nothing.
        let steps = columns.map { value -> Int in
            guard value.isFinite else { return 0 }
            let share = span > 0 ? min(max((value / 2 - low) / span, 0), 1) : 0.5
            return 1 + Int((share * Double(8 * height - 1)).rounded())
        }
        let labels = [NumberText.fixed(range.upperBound), NumberText.fixed(range.lowerBound)]
        let margin = labels.map(DisplayWidth.of).max() ?? 0
        return (0 ..< height).map { line in
            let label = line == 0 ? labels[0] : line == height - 1 ? labels[1] : ""
            let below = 8 * (height - 1 - line)
            let blocks = steps.map { heights[min(max($0 - below, 0), 8)] }
            return DisplayWidth.pad(label, to: margin, .right) + " ┤" + trimmed(String(blocks)) + "\n"
        }.joined()
    }

    /// One bar per row, its number behind it.
    ///
    /// - Parameters:
    ///   - rows: names with values; NaN and negative values have no bar.
    ///   - width: columns of the longest bar.
    ///   - maximum: the value of a full bar; the largest value if nil.
    public static func bars(
        _ rows: [(name: String, value: Double)], width: Int = 40, maximum: Double? = nil, decimals: Int = 3
    ) -> String {
        precondition(width >= 1, "bars of \(width) characters")
        let names = rows.map { DisplayWidth.truncate(PlainText.oneLine($0.name), to: 24) }
        let margin = names.map(DisplayWidth.of).max() ?? 0
        let full = maximum ?? rows.map(\.value).filter(\.isFinite).max() ?? 0
        return zip(names, rows).map { name, row in
            let share = row.value.isFinite && full > 0 ? min(max(row.value / full, 0), 1) : 0
            let eighths = Int((share * Double(8 * width)).rounded())
            var bar = String(repeating: "█", count: eighths / 8)
            if eighths % 8 > 0 { bar.append(widths[eighths % 8]) }
            let text = NumberText.fixed(row.value, decimals)
            return "\(DisplayWidth.pad(name, to: margin, .left))  \(DisplayWidth.pad(bar, to: width, .left))  \(text)\n"
        }.joined()
    }

    /// The means of `width` stretches of nearly equal length.
    private static func columns(_ values: [Double], width: Int) -> [Double] {
        (0 ..< width).map { column in
            let members = values[column * values.count / width ..< (column + 1) * values.count / width]
                .filter(\.isFinite)
            return members.isEmpty ? .nan : members.reduce(0, +) / Double(members.count)
        }
    }

    private static func trimmed(_ line: String) -> String {
        String(line.reversed().drop { $0 == " " }.reversed())
    }
}

/// Whether text goes to somebody's terminal or to a file.
public enum TerminalStyle: Sendable {
    /// No escape sequences: files, pipes, logs.
    case plain
    /// Bold headings and faint lines.
    case styled

    /// What a stream is: styled only for a terminal that can and may (`NO_COLOR`, `TERM=dumb`).
    public static func of(_ fileDescriptor: Int32, environment: [String: String]? = nil) -> TerminalStyle {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || ["dumb", ""].contains(environment["TERM"] ?? "")
        return isatty(fileDescriptor) == 1 && !isRefused ? .styled : .plain
    }

    func bold(_ text: String) -> String { self == .styled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    func faint(_ text: String) -> String { self == .styled ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
