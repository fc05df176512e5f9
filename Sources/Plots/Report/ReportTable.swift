/// A table of results for the terminal and the HTML report.
public struct ReportTable: Sendable, Equatable {
    public enum Alignment: Sendable {
        case left, right
    }

    public struct Column: Sendable, Equatable {
        public var title: String
        public var alignment: Alignment

        /// Creates a column; numbers are aligned right, names left.
        public init(_ title: String, _ alignment: Alignment = .right) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// The caption.
    public var caption: String
    public var columns: [Column]
    /// The rows; the first cell is the row's name.
    public private(set) var rows: [[String]] = []

    /// - Precondition: there is at least one column, and every row has one cell per column.
    public init(caption: String, columns: [Column], rows: [[String]] = []) {
        precondition(!columns.isEmpty, "a table without columns")
        self.caption = caption
        self.columns = columns
        for row in rows { add(row) }
    }

    /// - Precondition: there is one cell per column.
    public mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "\(row.count) cells in \(columns.count) columns")
        rows.append(row)
    }

    /// Returns a number with fixed decimals; an en dash if undefined.
    public static func number(_ value: Double?, decimals: Int = 3) -> String { NumberText.fixed(value, decimals) }

    /// Returns a number with its 95 % interval.
    public static func number(_ value: Double?, interval: ClosedRange<Double>?, decimals: Int = 3) -> String {
        guard let interval else { return NumberText.fixed(value, decimals) }
        let ends = [interval.lowerBound, interval.upperBound].map { NumberText.fixed($0, decimals) }
        return "\(NumberText.fixed(value, decimals)) [\(ends[0]), \(ends[1])]"
    }

    /// Returns a whole number with thin spaces between thousands.
    public static func count(_ value: Int) -> String { NumberText.count(value) }
}
