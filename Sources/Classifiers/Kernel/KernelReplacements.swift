import Foundation
import LinearAlgebra

extension KernelDecisionFunction {
    /// Returns the values of f at copies of a row: copies × L.
    ///
    /// - Complexity: O(S·(d + copies·L)) if no place is in two copies.
    @specialized(where Scalar == Float)
    func decisionValues(_ copies: ReplacedValues<Scalar>) -> Matrix<Double> {
        let (columns, labels) = (supportVectors.columns, intercepts.count)
        precondition(copies.row.count == columns, "\(copies.row.count) features for \(columns)")
        var result = Matrix<Double>(
            rows: copies.count, columns: labels, values: (0 ..< copies.count).flatMap { _ in intercepts })
        let (own, changes) = (AlignedValues<Scalar>(count: columns), AlignedValues<Scalar>(count: columns))
        let distances = AlignedValues<Scalar>(count: copies.count)
        result.values.withUnsafeMutableBufferPointer { sums in
            supportVectors.values.withUnsafeBufferPointer { vectors in
                coefficients.values.withUnsafeBufferPointer { coefficients in
                    copies.row.withUnsafeBufferPointer { row in
                        copies.others.withUnsafeBufferPointer { others in
                            for vector in 0 ..< supportVectors.rows {
                                let values = vectors.baseAddress! + vector * columns
                                for column in 0 ..< columns {
                                    let (left, right) = (row[column] - values[column], others[column] - values[column])
                                    own.base[column] = left
                                    changes.base[column] = right * right - left * left
                                }
                                copies.write(
                                    RowKernels.dot(own.base, own.base, columns), changes.base, to: distances.base)
                                for copy in 0 ..< copies.count {
                                    let kernel = exp(-gamma * Double(distances.base[copy]))
                                    for label in 0 ..< labels {
                                        sums[copy * labels + label] += kernel * coefficients[vector * labels + label]
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
