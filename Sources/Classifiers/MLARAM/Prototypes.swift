import LinearAlgebra

/// The boxes from one pass over the training rows, in the order of their first rows.
public struct Prototypes<Scalar: MatrixScalar>: Equatable, Sendable {
    /// P × d, in 0…1.
    public let lower: Matrix<Scalar>
    /// P × d, in 0…1.
    public let upper: Matrix<Scalar>
    /// The label combination of each prototype: P × L.
    public let labels: LabelMatrix
    /// The number of rows that each prototype has learned: P values.
    public let rowCounts: [Int]

    public var count: Int { lower.rows }

    /// - Precondition: the arrays describe the same prototypes, at least one, with the same features.
    public init(lower: Matrix<Scalar>, upper: Matrix<Scalar>, labels: LabelMatrix, rowCounts: [Int]) {
        precondition(
            lower.rows > 0 && upper.rows == lower.rows && labels.rows == lower.rows && rowCounts.count == lower.rows,
            "\(lower.rows) lower and \(upper.rows) upper edges, \(labels.rows) label rows, \(rowCounts.count) counts")
        precondition(upper.columns == lower.columns, "edges of \(lower.columns) and \(upper.columns) features")
        self.lower = lower
        self.upper = upper
        self.labels = labels
        self.rowCounts = rowCounts
    }

    /// The same boxes with the complement of their labels.
    var ofAbsentLabels: Prototypes {
        let absent = LabelMatrix(rows: labels.rows, columns: labels.columns, values: labels.values.map { 1 - $0 })
        return Prototypes(lower: lower, upper: upper, labels: absent, rowCounts: rowCounts)
    }
}

extension Prototypes {
    /// Learns the rows in an order.
    ///
    /// - Parameters:
    ///   - scaled: n × d in 0…1.
    ///   - order: a permutation of the rows.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    init(learning scaled: Matrix<Scalar>, _ truth: LabelMatrix, order: [Int], vigilance: Double, workers: Workers)
        throws
    {
        let columns = scaled.columns
        let combinations = Self.rowsByCombination(truth, order)
        let groups = try workers.map(combinations.count) { index, _ in
            Self.group(of: combinations[index].map { order[$0] }, scaled, vigilance)
        }
        // The place of the first row of a prototype in the order.
        var places = [Int](repeating: 0, count: order.count)
        for (place, row) in order.enumerated() { places[row] = place }
        let boxes = groups.indices.flatMap { group in groups[group].firstRows.indices.map { (group, $0) } }
            .sorted { places[groups[$0.0].firstRows[$0.1]] < places[groups[$1.0].firstRows[$1.1]] }
        func edges(_ side: KeyPath<BoxGroup<Scalar>, [Scalar]>) -> Matrix<Scalar> {
            var values: [Scalar] = []
            values.reserveCapacity(boxes.count * columns)
            for (group, index) in boxes {
                values += groups[group][keyPath: side][index * columns ..< (index + 1) * columns]
            }
            return Matrix(rows: boxes.count, columns: columns, values: values)
        }
        self.init(
            lower: edges(\.lower), upper: edges(\.upper),
            labels: truth.selecting(rows: boxes.map { groups[$0.0].firstRows[$0.1] }),
            rowCounts: boxes.map { groups[$0.0].rowCounts[$0.1] })
    }

    /// Returns the places of the rows of each label combination, ascending. The largest combination is first, so that
    /// it does not start last.
    private static func rowsByCombination(_ truth: LabelMatrix, _ order: [Int]) -> [[Int]] {
        var known: [ArraySlice<UInt8>: Int] = [:]
        var combinations: [[Int]] = []
        for (place, row) in order.enumerated() {
            let key = truth.row(row)
            if let combination = known[key] {
                combinations[combination].append(place)
            } else {
                known[key] = combinations.count
                combinations.append([place])
            }
        }
        return combinations.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
            .map(\.element)
    }

    private static func group(of rows: [Int], _ scaled: Matrix<Scalar>, _ vigilance: Double) -> BoxGroup<Scalar> {
        let columns = scaled.columns
        let bounds = ByteBounds(columns: columns, of: Scalar.self)
        var group = BoxGroup<Scalar>(columns: columns, vigilance: vigilance)
        var bytes = [UInt8](repeating: 0, count: bounds.width)
        scaled.values.withUnsafeBufferPointer { values in
            for row in rows {
                let point = values.baseAddress! + row * columns
                bytes.withUnsafeMutableBufferPointer { bounds.writePoint(point, to: $0.baseAddress!) }
                group.learn(row: row, point, bytes)
            }
        }
        return group
    }
}
