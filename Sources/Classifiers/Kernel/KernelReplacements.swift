import Foundation
import LinearAlgebra

extension KernelDecisionFunction {
    /// Returns the values of f at copies of a row, each with other values at some places: copies × L.
    ///
    /// ‖x′ − s‖² is ‖x − s‖² with the terms of the places exchanged, so that all copies together need the differences of
    /// two rows.
    ///
    /// - Parameters:
    ///   - row: d values.
    ///   - places: the places of each copy.
    ///   - others: d values, of which a copy has those at its places.
    /// - Complexity: O(S·(d + copies·L)) if no place is in two copies.
    func decisionValues(of row: [Scalar], replacing places: [[Int]], with others: [Scalar]) -> Matrix<Double> {
        let (columns, labels) = (supportVectors.columns, intercepts.count)
        precondition(row.count == columns && others.count == columns, "rows of \(row.count) and \(others.count) values")
        var sums = [Double](repeating: 0, count: places.count * labels)
        for copy in places.indices {
            for label in 0 ..< labels { sums[copy * labels + label] = intercepts[label] }
        }
        var changes = [Double](repeating: 0, count: columns)
        supportVectors.values.withUnsafeBufferPointer { vectors in
            for vector in 0 ..< supportVectors.rows {
                var distance = 0.0
                for column in 0 ..< columns {
                    let value = Double(vectors[vector * columns + column])
                    let (own, other) = (Double(row[column]) - value, Double(others[column]) - value)
                    distance += own * own
                    changes[column] = other * other - own * own
                }
                for (copy, places) in places.enumerated() {
                    let kernel = exp(-gamma * places.reduce(distance) { $0 + changes[$1] })
                    for label in 0 ..< labels {
                        sums[copy * labels + label] += kernel * coefficients.values[vector * labels + label]
                    }
                }
            }
        }
        return Matrix(rows: places.count, columns: labels, values: sums)
    }
}
