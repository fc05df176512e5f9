import LinearAlgebra
import Testing

@testable import Classifiers

struct MahalanobisDistanceTests {
    @Test func `distances equal those of the Ledoit-Wolf covariance of scikit-learn`() {
        // sklearn 1.9.1: LedoitWolf().fit(Z), Z standardised by the population's deviation; shrinkage 0.48216.
        let features = Matrix<Float>([[1, 2], [2, 1], [3, 5], [4, 4], [6, 5], [8, 9]])
        let featureDistance = MahalanobisDistance(fitting: features, seed: 1)
        let found = featureDistance.distances(Matrix([[1, 2], [8, 1]]))
        // Features are standardised to float32.
        #expect(abs(found[0] - 1.721_225_15) < 1e-5)
        #expect(abs(found[1] - 8.396_463_58) < 1e-5)
    }

    @Test func `samples of a different kind are farther away than all of the same kind`() {
        var random = SeededGenerator(seed: 3)
        let columns = 200
        let directions = (0 ..< 5 * columns).map { _ in random.normal() }
        /// Draws features with five latent dimensions and noise.
        func draw(_ rows: Int, noise: Double) -> Matrix<Float> {
            Matrix(
                rows: rows, columns: columns,
                values: (0 ..< rows).flatMap { _ -> [Float] in
                    let latent = (0 ..< 5).map { _ in random.normal() }
                    return (0 ..< columns).map { column in
                        Float(
                            (0 ..< 5).reduce(0) { $0 + latent[$1] * directions[$1 * columns + column] }
                                + noise * random.normal())
                    }
                })
        }
        let featureDistance = MahalanobisDistance(fitting: draw(300, noise: 0.1), seed: 9)
        let same = featureDistance.distances(draw(100, noise: 0.1))
        let other = featureDistance.distances(draw(20, noise: 2))
        #expect(featureDistance.mean.count == 128)
        #expect(same.max()! < other.min()!)
        #expect(
            featureDistance
                == MahalanobisDistance(
                    standardizer: featureDistance.standardizer, seed: 9, mean: featureDistance.mean,
                    factor: featureDistance.factor))
    }

    @Test func `the distance of a row is independent of other rows, and infinite for NaN`() {
        let features = Matrix<Float>([[1, 2], [2, 1], [3, 5], [4, 4], [6, 5], [8, 9]])
        let featureDistance = MahalanobisDistance(fitting: features, seed: 1)
        let together = featureDistance.distances(Matrix([[1, 2], [.nan, 0], [5, 5]]))
        #expect(together[0] == featureDistance.distances(Matrix([[1, 2]]))[0])
        #expect(together[1] == .infinity)
    }

    @Test func `with one sample or equal samples, the distance is Euclidean`() {
        for rows in [1, 4] {
            let featureDistance = MahalanobisDistance(fitting: Matrix(rows: rows, columns: 3, repeating: 2), seed: 1)
            #expect(featureDistance.distances(Matrix([[2, 2, 2], [3, 2, 4]])) == [0, 5])
        }
    }

    @Test func `the conformal quantile is the correct order statistic, or the largest of too few values`() {
        let values = (1 ... 199).map(Double.init).reversed()
        // ⌈200 · 0.99⌉ = 198; ⌈200 · 0.9⌉ = 180; ⌈200 · 0.995⌉ = 199.
        #expect(conformalQuantile(of: Array(values), alpha: 0.01) == 198)
        #expect(conformalQuantile(of: Array(values), alpha: 0.1) == 180)
        #expect(conformalQuantile(of: Array(values), alpha: 0.005) == 199)
        #expect(conformalQuantile(of: Array(values), alpha: 0.001) == 199)
        #expect(conformalQuantile(of: [7], alpha: 0.01) == 7)
    }
}
