import LinearAlgebra

/// The Mahalanobis distance of features from the training samples, in a random subspace.
///
/// Features are standardized and projected onto k = 128 dimensions by a seeded matrix of ±1/√k (features with fewer
/// dimensions are not projected). The distance uses the covariance of the training samples, shrunk towards a multiple
/// of the identity. Random projections preserve distances. Principal components would drop directions in which training
/// samples do not vary, and other pictures differ most in these.
///
/// - Source: Achlioptas, J. Comput. Syst. Sci. 66 (2003), projections of ±1; Ledoit & Wolf, J. Multivar. Anal. 88
///   (2004), the shrinkage; Lee, Lee, Lee & Shin, NeurIPS 2018, the distance as a detector.
public struct MahalanobisDistance: Equatable, Sendable {
    public let standardizer: Standardizer<Float>
    /// Determines the projection.
    public let seed: UInt64
    /// The mean of the projected training samples: k values.
    public let mean: [Double]
    /// The Cholesky factor of the shrunk covariance: k × k, lower triangle with a diagonal above 0.
    public let factor: Matrix<Double>

    static let dimensions = 128

    /// Returns the number of dimensions after the projection of d features.
    public static func dimensions(of features: Int) -> Int { min(features, dimensions) }

    /// - Precondition: the shapes agree, and the diagonal of the factor is above 0.
    public init(standardizer: Standardizer<Float>, seed: UInt64, mean: [Double], factor: Matrix<Double>) {
        let k = Self.dimensions(of: standardizer.mean.count)
        precondition(
            mean.count == k && factor.rows == k && factor.columns == k, "mean and factor must have \(k) dimensions")
        precondition((0 ..< k).allSatisfy { factor[$0, $0] > 0 }, "the diagonal of the factor must be above 0")
        self.standardizer = standardizer
        self.seed = seed
        self.mean = mean
        self.factor = factor
    }

    /// - Parameter features: n × d, from the feature extractor; n ≥ 1.
    public init(fitting features: Matrix<Float>, seed: UInt64) {
        let standardizer = Standardizer(fitting: features)
        var points = Self.projected(standardizer.apply(features), seed: seed)
        let (n, k) = (points.rows, points.columns)
        var mean = [Double](repeating: 0, count: k)
        for row in 0 ..< n {
            for column in 0 ..< k { mean[column] += points.values[row * k + column] }
        }
        for column in 0 ..< k { mean[column] /= Double(n) }
        for row in 0 ..< n {
            for column in 0 ..< k { points.values[row * k + column] -= mean[column] }
        }
        self.init(standardizer: standardizer, seed: seed, mean: mean, factor: Self.factor(ofCentered: points))
    }

    /// Returns n squared distances; infinite for a row that is not finite.
    ///
    /// - Parameter features: n × d, from the feature extractor.
    public func distances(_ features: Matrix<Float>) -> [Double] {
        let points = Self.projected(standardizer.apply(features), seed: seed)
        let k = mean.count
        var solved = [Double](repeating: 0, count: k)
        return (0 ..< points.rows).map { row in
            var sum = 0.0
            points.values.withUnsafeBufferPointer { points in
                factor.values.withUnsafeBufferPointer { factor in
                    solved.withUnsafeMutableBufferPointer { solved in
                        for i in 0 ..< k {
                            var value = points[row * k + i] - mean[i]
                            for j in 0 ..< i { value -= factor[i * k + j] * solved[j] }
                            value /= factor[i * k + i]
                            solved[i] = value
                            sum += value * value
                        }
                    }
                }
            }
            return sum.isFinite ? sum : .infinity
        }
    }

    /// Returns n × k projected features.
    private static func projected(_ features: Matrix<Float>, seed: UInt64) -> Matrix<Double> {
        let (d, k) = (features.columns, dimensions(of: features.columns))
        guard d > k else { return features.converted() }
        var random = SeededGenerator(seed: seed, purpose: "feature novelty")
        let unit = 1 / Float(k).squareRoot()
        var bits: (word: UInt64, left: Int) = (0, 0)
        let signs = (0 ..< d * k).map { _ -> Float in
            if bits.left == 0 { bits = (random.next(), 64) }
            defer { bits = (bits.word >> 1, bits.left - 1) }
            return bits.word & 1 == 1 ? unit : -unit
        }
        return Matrix.product(features, Matrix(rows: d, columns: k, values: signs)).converted()
    }

    /// Returns the Cholesky factor of (1 − λ)·S + λ·m·I, with S = XᵀX/n, the mean m of its diagonal, and λ of Ledoit
    /// and Wolf.
    private static func factor(ofCentered points: Matrix<Double>) -> Matrix<Double> {
        let (n, k) = (Double(points.rows), points.columns)
        var covariance = Matrix.product(points, transposed: true, points)
        for index in covariance.values.indices { covariance.values[index] /= n }
        let middle = (0 ..< k).reduce(0) { $0 + covariance[$1, $1] } / Double(k)
        guard middle > 0 else {
            // With one sample, or equal samples, all directions are equivalent.
            var identity = Matrix<Double>(rows: k, columns: k)
            for index in 0 ..< k { identity[index, index] = 1 }
            return identity
        }
        let squares = covariance.values.reduce(0) { $0 + $1 * $1 }
        let fourth = (0 ..< points.rows).reduce(0.0) { sum, row in
            let norm = points.row(row).reduce(0) { $0 + $1 * $1 }
            return sum + norm * norm
        }
        let spread = (squares - Double(k) * middle * middle) / Double(k)
        let noise = (fourth / n - squares) / n / Double(k)
        let shrinkage = spread > 0 ? min(max(noise / spread, 0), 1) : 1
        for attempt in [shrinkage, max(shrinkage, 0.01), 1] {
            var factor = covariance
            for index in factor.values.indices { factor.values[index] *= 1 - attempt }
            for index in 0 ..< k { factor[index, index] += attempt * middle }
            let failed = factor.values.withUnsafeMutableBufferPointer {
                Double.choleskyFactor(k, $0.baseAddress!, k) != 0
            }
            guard !failed else { continue }
            for row in 0 ..< k {
                for column in row + 1 ..< k { factor[row, column] = 0 }
            }
            return factor
        }
        preconditionFailure("a multiple of the identity has a Cholesky factor")
    }
}
