import LinearAlgebra

/// Shifts and scales each feature to mean 0 and variance 1 of the training samples.
///
/// A feature that is constant up to rounding keeps the scale 1 and becomes 0. As in scikit-learn, it is constant if its
/// variance is below n·ε·variance + (n·mean·ε)².
///
/// - Source: Chan, Golub & LeVeque, The American Statistician 37 (1983), the corrected two-pass variance.
public struct Standardizer<Scalar: MatrixScalar>: Equatable, Sendable {
    /// d values.
    public let mean: [Double]

    /// d values, above 0: the standard deviation (of the population, ddof 0), or 1.
    public let scale: [Double]

    /// - Precondition: there is a scale per mean, and the scales are above 0.
    public init(mean: [Double], scale: [Double]) {
        precondition(mean.count == scale.count, "\(mean.count) means for \(scale.count) scales")
        precondition(scale.allSatisfy { $0 > 0 }, "scales must be above 0")
        self.mean = mean
        self.scale = scale
    }

    /// - Parameter features: n × d, finite.
    /// - Precondition: n ≥ 1.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public init(fitting features: Matrix<Scalar>) {
        precondition(features.rows > 0, "a mean needs at least one sample")
        let count = Double(features.rows)
        let columns = features.columns
        var mean = [Double](repeating: 0, count: columns)
        var deviations = mean
        var squares = mean
        features.values.withUnsafeBufferPointer { values in
            for row in 0 ..< features.rows {
                for column in 0 ..< columns { mean[column] += Double(values[row * columns + column]) }
            }
            for column in 0 ..< columns { mean[column] /= count }
            for row in 0 ..< features.rows {
                for column in 0 ..< columns {
                    let deviation = Double(values[row * columns + column]) - mean[column]
                    deviations[column] += deviation
                    squares[column] += deviation * deviation
                }
            }
        }
        let epsilon = Double.ulpOfOne
        let scale = (0 ..< columns).map { column -> Double in
            let variance = max(0, (squares[column] - deviations[column] * deviations[column] / count) / count)
            let rounding = count * mean[column] * epsilon
            let varies = variance > count * epsilon * variance + rounding * rounding
            return varies ? variance.squareRoot() : 1
        }
        self.init(mean: mean, scale: scale)
    }

    /// Returns (x − mean) / scale, computed in double precision.
    ///
    /// - Precondition: the features have a column per mean.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func apply(_ features: Matrix<Scalar>) -> Matrix<Scalar> {
        precondition(features.columns == mean.count, "\(features.columns) features for \(mean.count) means")
        let columns = features.columns
        let values = [Scalar](unsafeUninitializedCapacity: features.values.count) { buffer, initialized in
            features.values.withUnsafeBufferPointer { source in
                for row in 0 ..< features.rows {
                    for column in 0 ..< columns {
                        let place = row * columns + column
                        buffer[place] = Scalar((Double(source[place]) - mean[column]) / scale[column])
                    }
                }
            }
            initialized = features.values.count
        }
        return Matrix(rows: features.rows, columns: columns, values: values)
    }
}
