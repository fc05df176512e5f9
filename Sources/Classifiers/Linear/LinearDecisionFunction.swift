import LinearAlgebra

/// Hyperplanes, one per label: f(x) = w·x + b.
public struct LinearDecisionFunction<Scalar: MatrixScalar>: Equatable, Sendable {
    /// L × d.
    public let weights: Matrix<Double>

    /// L values.
    public let intercepts: [Double]

    /// - Precondition: there is an intercept per row of weights.
    public init(weights: Matrix<Double>, intercepts: [Double]) {
        precondition(
            weights.rows == intercepts.count, "\(intercepts.count) intercepts for \(weights.rows) rows of weights")
        self.weights = weights
        self.intercepts = intercepts
    }

    /// Returns n × L values of f. Products have the precision of the features; the intercept is added in double
    /// precision.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func decisionValues(_ features: Matrix<Scalar>, workers: Workers) -> Matrix<Double> {
        precondition(
            features.columns == weights.columns, "\(features.columns) features for \(weights.columns) weights")
        let rows = features.rows
        let columns = features.columns
        let labels = weights.rows
        let narrowed = weights.values.map { Scalar($0) }
        let block = 256
        let values = [Double](unsafeUninitializedCapacity: rows * labels) { buffer, initialized in
            guard rows > 0, labels > 0, columns > 0 else {
                buffer.initialize(repeating: 0)
                initialized = rows * labels
                return
            }
            nonisolated(unsafe) let out = buffer.baseAddress!
            features.values.withUnsafeBufferPointer { source in
                narrowed.withUnsafeBufferPointer { weightValues in
                    nonisolated(unsafe) let x = source.baseAddress!
                    nonisolated(unsafe) let w = weightValues.baseAddress!
                    workers.forEach((rows + block - 1) / block) { piece, _ in
                        let start = piece * block
                        let count = min(block, rows - start)
                        withUnsafeTemporaryAllocation(of: Scalar.self, capacity: count * RowKernels.labels) { scratch in
                            for first in stride(from: 0, to: labels, by: RowKernels.labels) {
                                let taken = min(RowKernels.labels, labels - first)
                                RowKernels.scores(
                                    x + start * columns, rows: count, columns, w + first * columns, labels: taken,
                                    scratch.baseAddress!)
                                for row in 0 ..< count {
                                    for label in 0 ..< taken {
                                        out[(start + row) * labels + first + label] =
                                            Double(scratch[row * taken + label]) + intercepts[first + label]
                                    }
                                }
                            }
                        }
                    }
                }
            }
            initialized = rows * labels
        }
        return Matrix(rows: rows, columns: labels, values: values)
    }
}
