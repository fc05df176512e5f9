/// A table of results: what the terminal and the HTML report both show.
public struct ReportTable: Sendable, Equatable {
    public enum Alignment: Sendable {
        case left, right
    }

    public struct Column: Sendable, Equatable {
        public var title: String
        public var alignment: Alignment

        /// Numbers stand to the right, names to the left.
        public init(_ title: String, _ alignment: Alignment = .right) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// Says what the table shows.
    public var caption: String
    public var columns: [Column]
    /// The first cell of a row names it.
    public private(set) var rows: [[String]] = []

    /// - Precondition: at least one column; every row has as many cells as there are columns.
    public init(caption: String, columns: [Column], rows: [[String]] = []) {
        precondition(!columns.isEmpty, "a table without columns")
        self.caption = caption
        self.columns = columns
        for row in rows { add(row) }
    }

    /// - Precondition: as many cells as there are columns.
    public mutating func add(_ row: [String]) {
        precondition(row.count == columns.count, "\(row.count) cells in \(columns.count) columns")
        rows.append(row)
    }

    /// A number with a fixed number of decimals; an en dash where it is undefined.
    public static func number(_ value: Double?, decimals: Int = 3) -> String { NumberText.fixed(value, decimals) }

    /// A number with its 95 % interval.
    public static func number(_ value: Double?, interval: ClosedRange<Double>?, decimals: Int = 3) -> String {
        guard let interval else { return NumberText.fixed(value, decimals) }
        let ends = [interval.lowerBound, interval.upperBound].map { NumberText.fixed($0, decimals) }
        return "\(NumberText.fixed(value, decimals)) [\(ends[0]), \(ends[1])]"
    }

    /// A whole number with thin spaces between thousands.
    public static func count(_ value: Int) -> String { NumberText.count(value) }
}
