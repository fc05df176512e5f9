import Foundation

/// Small plots in block characters for the terminal.
public enum TerminalPlot {
    private static let heights: [Character] = Array(" ▁▂▃▄▅▆▇█")
    private static let widths: [Character] = Array(" ▏▎▍▌▋▊▉█")

    /// Draws a curve as columns of blocks, with the range of values on the left.
    ///
    /// - Parameters:
    ///   - values: the values from left to right; those in the same column are averaged, and NaN leaves a gap.
    ///   - width: columns of the plot, without the axis.
    ///   - height: lines of the plot.
    ///   - range: the range of the axis; nil for the values' range.
    /// - Returns: `height` lines, each ended by a line feed; a single line if there is no finite value.
    /// - Precondition: width and height are at least 1.
    public static func curve(
        _ values: [Double], width: Int = 60, height: Int = 6, range: ClosedRange<Double>? = nil
    ) -> String {
        precondition(width >= 1 && height >= 1, "a drawing of \(width) × \(height) characters")
        let finite = values.filter(\.isFinite)
        guard let lowest = finite.min(), let highest = finite.max() else { return "(no values)\n" }
        let range = range ?? lowest ... highest
        // Halves, so that the difference of extreme values stays finite.
        let (low, span) = (range.lowerBound / 2, range.upperBound / 2 - range.lowerBound / 2)
        let columns = columns(values, width: min(width, values.count))
        // The lowest value is drawn as a thin line.
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

    /// Draws one bar per row, followed by its value.
    ///
    /// - Parameters:
    ///   - rows: names and values; NaN and negative values have no bar.
    ///   - width: columns of the longest bar.
    ///   - maximum: the value of a full bar; nil for the largest value.
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

    /// Returns the means of `width` ranges of nearly equal length.
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

/// The style of text for terminals and files.
public enum TerminalStyle: Sendable {
    /// Text without escape sequences, for files, pipes and logs.
    case plain
    /// Text with bold headings and faint lines.
    case styled

    /// Returns the style for a stream: styled for terminals that allow it (`NO_COLOR`, `TERM=dumb`).
    public static func of(_ fileDescriptor: Int32, environment: [String: String]? = nil) -> TerminalStyle {
        let environment = environment ?? ProcessInfo.processInfo.environment
        let isRefused = !(environment["NO_COLOR"] ?? "").isEmpty || ["dumb", ""].contains(environment["TERM"] ?? "")
        return isatty(fileDescriptor) == 1 && !isRefused ? .styled : .plain
    }

    func bold(_ text: String) -> String { self == .styled ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

    func faint(_ text: String) -> String { self == .styled ? "\u{1B}[2m\(text)\u{1B}[0m" : text }
}
