/// The labels of samples: n × L, 0 or 1, row-major.
public struct LabelMatrix: Equatable, Hashable, Sendable {
    public let rows: Int
    public let columns: Int
    public private(set) var values: [UInt8]

    /// - Precondition: `values.count == rows * columns` and every value is 0 or 1.
    public init(rows: Int, columns: Int, values: [UInt8]) {
        precondition(values.count == rows * columns, "\(values.count) values for \(rows) × \(columns) labels")
        precondition(values.allSatisfy { $0 <= 1 }, "labels must be 0 or 1")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    public init(rows: Int, columns: Int) {
        self.init(rows: rows, columns: columns, values: Array(repeating: 0, count: rows * columns))
    }

    /// - Precondition: all rows have the same count.
    public init(_ rows: [[UInt8]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
        self.init(rows: rows.count, columns: columns, values: rows.flatMap { $0 })
    }

    public subscript(row: Int, column: Int) -> Bool {
        get {
            precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
            return values[row * columns + column] == 1
        }
        set {
            precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
            values[row * columns + column] = newValue ? 1 : 0
        }
    }

    /// Returns a row of 0 and 1.
    public func row(_ index: Int) -> ArraySlice<UInt8> {
        values[index * columns ..< (index + 1) * columns]
    }

    /// Returns a copy of a column of 0 and 1.
    public func column(_ index: Int) -> [UInt8] {
        precondition(index >= 0 && index < columns, "column \(index) of \(columns)")
        return (0 ..< rows).map { values[$0 * columns + index] }
    }

    /// Returns the columns that are 1 in a row, ascending.
    public func labels(ofRow index: Int) -> [Int] {
        (0 ..< columns).filter { values[index * columns + $0] == 1 }
    }

    /// Returns the rows at `indices`, in that order.
    public func selecting(rows indices: [Int]) -> LabelMatrix {
        LabelMatrix(rows: indices.count, columns: columns, values: indices.flatMap { row($0) })
    }

    /// Replaces the rows at `indices` by the rows of `replacement`, in order.
    ///
    /// - Precondition: the replacement has a row per index, and the same columns.
    public mutating func replace(rows indices: [Int], with replacement: LabelMatrix) {
        precondition(
            replacement.rows == indices.count && replacement.columns == columns, "the replacement has a different shape"
        )
        for (source, target) in indices.enumerated() {
            for column in 0 ..< columns { self[target, column] = replacement[source, column] }
        }
    }

    /// The number of rows with each label: L values.
    public var support: [Int] {
        var counts = Array(repeating: 0, count: columns)
        for row in 0 ..< rows {
            for column in 0 ..< columns { counts[column] += Int(values[row * columns + column]) }
        }
        return counts
    }
}
