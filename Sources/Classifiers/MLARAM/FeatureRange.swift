import LinearAlgebra

/// The scaling of features to 0…1, which complement coding needs.
public enum FeatureScaling: String, Sendable {
    /// Scales each feature by its range in training, and clips later values to it.
    case perFeature = "per-feature"

    /// Scales every batch by its own minimum and maximum, unless it is within 0…1, as scikit-multilearn does. A result
    /// then depends on the other samples of the batch; for comparisons only.
    case batch
}

/// The minimum and maximum of each feature in training.
public struct FeatureRange<Scalar: MatrixScalar>: Equatable, Sendable {
    /// d values.
    public let minimum: [Scalar]
    /// d values.
    public let maximum: [Scalar]

    /// - Precondition: the arrays have the same count.
    public init(minimum: [Scalar], maximum: [Scalar]) {
        precondition(minimum.count == maximum.count, "\(minimum.count) minima for \(maximum.count) maxima")
        self.minimum = minimum
        self.maximum = maximum
    }

    /// - Parameter features: n × d, finite, n ≥ 1.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    init(of features: Matrix<Scalar>) {
        var minimum = Array(features.row(0))
        var maximum = minimum
        features.values.withUnsafeBufferPointer { values in
            for row in 1 ..< max(1, features.rows) {
                for column in 0 ..< features.columns {
                    let value = values[row * features.columns + column]
                    minimum[column] = min(minimum[column], value)
                    maximum[column] = max(maximum[column], value)
                }
            }
        }
        self.init(minimum: minimum, maximum: maximum)
    }

    /// Returns the features in 0…1. A feature that was constant in training becomes 0; NaN stays NaN.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func scaled(_ features: Matrix<Scalar>, _ scaling: FeatureScaling, workers: Workers) -> Matrix<Scalar> {
        precondition(
            features.columns == minimum.count, "\(features.columns) features for \(minimum.count) ranges")
        switch scaling {
        case .batch: return Self.scaledByItself(features)
        case .perFeature:
            let factors = zip(minimum, maximum).map { $1 > $0 ? 1 / ($1 - $0) : 0 }
            let columns = features.columns
            let block = 64
            let values = [Scalar](unsafeUninitializedCapacity: features.values.count) { buffer, initialized in
                nonisolated(unsafe) let out = buffer
                workers.forEach((features.rows + block - 1) / block) { piece, _ in
                    features.values.withUnsafeBufferPointer { source in
                        for row in piece * block ..< min((piece + 1) * block, features.rows) {
                            for column in 0 ..< columns {
                                let place = row * columns + column
                                let value = (source[place] - minimum[column]) * factors[column]
                                out[place] = value < 0 ? 0 : value > 1 ? 1 : value
                            }
                        }
                    }
                }
                initialized = features.values.count
            }
            return Matrix(rows: features.rows, columns: columns, values: values)
        }
    }

    private static func scaledByItself(_ features: Matrix<Scalar>) -> Matrix<Scalar> {
        guard let least = features.values.min(), let greatest = features.values.max(), least < 0 || greatest > 1
        else { return features }
        var result = features
        let factor = greatest > least ? 1 / (greatest - least) : 0
        for place in result.values.indices { result.values[place] = (result.values[place] - least) * factor }
        return result
    }
}
