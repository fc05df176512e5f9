/// A dense matrix, row-major: the value in row i, column j is `values[i * columns + j]`.
///
/// Features are n × d with one sample per row; scores are n × L with one label per column.
public struct Matrix<Scalar: MatrixScalar>: Equatable, Sendable {
    public let rows: Int
    public let columns: Int
    public var values: [Scalar]

    /// - Precondition: `values.count == rows * columns`.
    public init(rows: Int, columns: Int, values: [Scalar]) {
        precondition(
            values.count == rows * columns, "\(values.count) values for a \(rows) × \(columns) matrix")
        self.rows = rows
        self.columns = columns
        self.values = values
    }

    public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
        self.init(rows: rows, columns: columns, values: Array(repeating: value, count: rows * columns))
    }

    /// - Precondition: all rows have the same count.
    public init(_ rows: [[Scalar]]) {
        let columns = rows.first?.count ?? 0
        precondition(rows.allSatisfy { $0.count == columns }, "rows of different lengths")
        self.init(rows: rows.count, columns: columns, values: rows.flatMap { $0 })
    }

    @inlinable
    public subscript(row: Int, column: Int) -> Scalar {
        get {
            precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
            return values[row * columns + column]
        }
        set {
            precondition(column >= 0 && column < columns, "column \(column) of \(columns)")
            values[row * columns + column] = newValue
        }
    }

    /// Returns a row as a slice of `values`.
    @inlinable
    public func row(_ index: Int) -> ArraySlice<Scalar> {
        values[index * columns ..< (index + 1) * columns]
    }

    /// Returns a copy of a column.
    public func column(_ index: Int) -> [Scalar] {
        precondition(index >= 0 && index < columns, "column \(index) of \(columns)")
        return (0 ..< rows).map { values[$0 * columns + index] }
    }

    /// Returns the rows at `indices`, in that order. Indices can occur several times.
    public func selecting(rows indices: [Int]) -> Matrix {
        var selected: [Scalar] = []
        selected.reserveCapacity(indices.count * columns)
        for index in indices { selected.append(contentsOf: row(index)) }
        return Matrix(rows: indices.count, columns: columns, values: selected)
    }

    /// Replaces the rows at `indices` by the rows of `replacement`, in order.
    ///
    /// - Precondition: the replacement has one row per index and the same number of columns.
    public mutating func replace(rows indices: [Int], with replacement: Matrix) {
        precondition(
            replacement.rows == indices.count && replacement.columns == columns, "the replacement has a different shape"
        )
        for (source, target) in indices.enumerated() {
            for column in 0 ..< columns { self[target, column] = replacement[source, column] }
        }
    }

    /// Returns the values in another precision.
    public func converted<Other: MatrixScalar>(to: Other.Type = Other.self) -> Matrix<Other> {
        if let same = self as? Matrix<Other> { return same }
        return Matrix<Other>(rows: rows, columns: columns, values: values.map { Other($0) })
    }
}

extension Matrix {
    /// Returns op(A)·op(B), computed by BLAS in one thread.
    ///
    /// - Precondition: the inner dimensions agree.
    public static func product(
        _ a: Matrix, transposed transposeA: Bool = false, _ b: Matrix, transposed transposeB: Bool = false
    ) -> Matrix {
        let m = transposeA ? a.columns : a.rows
        let inner = transposeA ? a.rows : a.columns
        let n = transposeB ? b.rows : b.columns
        precondition(
            inner == (transposeB ? b.columns : b.rows),
            "product of \(a.rows) × \(a.columns) and \(b.rows) × \(b.columns)")
        var result = Matrix(rows: m, columns: n)
        guard m > 0, n > 0, inner > 0 else { return result }
        a.values.withUnsafeBufferPointer { left in
            b.values.withUnsafeBufferPointer { right in
                result.values.withUnsafeMutableBufferPointer { out in
                    Scalar.gemm(
                        transposeA, transposeB, m, n, inner, 1, left.baseAddress!, a.columns, right.baseAddress!,
                        b.columns, 0, out.baseAddress!, n)
                }
            }
        }
        return result
    }
}
