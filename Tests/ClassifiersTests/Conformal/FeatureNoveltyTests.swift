import LinearAlgebra
import Testing

@testable import Classifiers

struct FeatureNoveltyTests {
    @Test func `distances are those of scikit-learn's Ledoit-Wolf covariance`() {
        // sklearn 1.9.1: LedoitWolf().fit(Z), Z standardised by the population's deviation; shrinkage 0.48216.
        let features = Matrix<Float>([[1, 2], [2, 1], [3, 5], [4, 4], [6, 5], [8, 9]])
        let novelty = FeatureNovelty(fitting: features, seed: 1)
        let found = novelty.distances(Matrix([[1, 2], [8, 1]]))
        // Features are standardised to float32.
        #expect(abs(found[0] - 1.721_225_15) < 1e-5)
        #expect(abs(found[1] - 8.396_463_58) < 1e-5)
    }

    @Test func `samples of another kind are further away than any of the same kind`() {
        var random = SeededGenerator(seed: 3)
        let columns = 200
        let directions = (0 ..< 5 * columns).map { _ in random.normal() }
        /// Five latent dimensions and a little noise, as features of one kind of picture are.
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
        let novelty = FeatureNovelty(fitting: draw(300, noise: 0.1), seed: 9)
        let same = novelty.distances(draw(100, noise: 0.1))
        let other = novelty.distances(draw(20, noise: 2))
        #expect(novelty.mean.count == 128)
        #expect(same.max()! < other.min()!)
        #expect(
            novelty
                == FeatureNovelty(
                    standardiser: novelty.standardiser, seed: 9, mean: novelty.mean, factor: novelty.factor))
    }

    @Test func `a row's distance does not depend on its neighbours, and is infinite where a value is none`() {
        let features = Matrix<Float>([[1, 2], [2, 1], [3, 5], [4, 4], [6, 5], [8, 9]])
        let novelty = FeatureNovelty(fitting: features, seed: 1)
        let together = novelty.distances(Matrix([[1, 2], [.nan, 0], [5, 5]]))
        #expect(together[0] == novelty.distances(Matrix([[1, 2]]))[0])
        #expect(together[1] == .infinity)
    }

    @Test func `one sample, and samples all alike, measure by plain distance`() {
        for rows in [1, 4] {
            let novelty = FeatureNovelty(fitting: Matrix(rows: rows, columns: 3, repeating: 2), seed: 1)
            #expect(novelty.distances(Matrix([[2, 2, 2], [3, 2, 4]])) == [0, 5])
        }
    }

    @Test func `the bound is the right order statistic, and the largest of too few`() {
        let values = (1 ... 199).map(Double.init).reversed()
        // ⌈200 · 0.99⌉ = 198; ⌈200 · 0.9⌉ = 180; ⌈200 · 0.995⌉ = 199.
        #expect(AlarmBound.bound(of: Array(values), falseAlarms: 0.01) == 198)
        #expect(AlarmBound.bound(of: Array(values), falseAlarms: 0.1) == 180)
        #expect(AlarmBound.bound(of: Array(values), falseAlarms: 0.005) == 199)
        #expect(AlarmBound.bound(of: Array(values), falseAlarms: 0.001) == 199)
        #expect(AlarmBound.bound(of: [7], falseAlarms: 0.01) == 7)
    }
}
