import LinearAlgebra

/// How unlike the training samples a sample's features are: a Mahalanobis distance in a random subspace.
///
/// Features are standardised, projected by a seeded matrix of ±1/√k onto k = 128 dimensions (or taken as they are
/// where they are no more), and measured by the training samples' covariance, shrunk towards a multiple of the
/// identity. Random directions keep distances; principal components would leave out the directions in which training
/// samples do not vary, and there other pictures are most different.
///
/// - Source: Achlioptas, J. Comput. Syst. Sci. 66 (2003), projections of ±1; Ledoit & Wolf, J. Multivar. Anal. 88
///   (2004), the shrinkage; Lee, Lee, Lee & Shin, NeurIPS 2018, the distance as a detector.
public struct FeatureNovelty: Equatable, Sendable {
    public let standardiser: Standardiser<Float>
    /// The projection follows from it.
    public let seed: UInt64
    /// k values: of the projected training samples.
    public let mean: [Double]
    /// k × k, lower triangle with a diagonal above 0: the Cholesky factor of the shrunk covariance.
    public let factor: Matrix<Double>

    static let dimensions = 128

    /// How many dimensions d features are projected onto.
    public static func dimensions(of features: Int) -> Int { min(features, dimensions) }

    /// - Precondition: the shapes agree, and the factor's diagonal is above 0.
    public init(standardiser: Standardiser<Float>, seed: UInt64, mean: [Double], factor: Matrix<Double>) {
        let k = Self.dimensions(of: standardiser.mean.count)
        precondition(mean.count == k && factor.rows == k && factor.columns == k, "shapes of \(mean.count) and \(k)")
        precondition((0 ..< k).allSatisfy { factor[$0, $0] > 0 }, "a factor's diagonal is above 0")
        self.standardiser = standardiser
        self.seed = seed
        self.mean = mean
        self.factor = factor
    }

    /// - Parameter features: n × d, as the extractor gives them; n ≥ 1.
    public init(fitting features: Matrix<Float>, seed: UInt64) {
        let standardiser = Standardiser(fitting: features)
        var points = Self.projected(standardiser.apply(features), seed: seed)
        let (n, k) = (points.rows, points.columns)
        var mean = [Double](repeating: 0, count: k)
        for row in 0 ..< n {
            for column in 0 ..< k { mean[column] += points.values[row * k + column] }
        }
        for column in 0 ..< k { mean[column] /= Double(n) }
        for row in 0 ..< n {
            for column in 0 ..< k { points.values[row * k + column] -= mean[column] }
        }
        self.init(standardiser: standardiser, seed: seed, mean: mean, factor: Self.factor(ofCentred: points))
    }

    /// Squared distances: n values, infinite for a row that is not finite.
    ///
    /// - Parameter features: n × d, as the extractor gives them.
    public func distances(_ features: Matrix<Float>) -> [Double] {
        let points = Self.projected(standardiser.apply(features), seed: seed)
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

    /// n × k.
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

    /// The factor of (1 − λ)·S + λ·m·I with S = XᵀX/n, m its mean diagonal and Ledoit and Wolf's λ.
    private static func factor(ofCentred points: Matrix<Double>) -> Matrix<Double> {
        let (n, k) = (Double(points.rows), points.columns)
        var covariance = Matrix.product(points, transposed: true, points)
        for index in covariance.values.indices { covariance.values[index] /= n }
        let middle = (0 ..< k).reduce(0) { $0 + covariance[$1, $1] } / Double(k)
        guard middle > 0 else {
            // One sample, or all alike: every direction is as good as any other.
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
