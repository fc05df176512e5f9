import LinearAlgebra
import Testing

@testable import Classifiers

/// Invariances of all classifiers.
@Suite struct MultiLabelClassifierInvarianceTests {
    @Test(arguments: ClassifierFamily.members)
    func `permuted labels have permuted scores`(member: ClassifierFamily.Member) throws {
        let (features, truth) = Samples.overlapping(rows: 120, columns: 12, labels: 4, of: Float.self)
        let order = [2, 0, 3, 1]
        let moved = LabelMatrix((0 ..< truth.rows).map { row in order.map { truth[row, $0] ? 1 : 0 } })
        let scores = try member.fit(features, truth, ClassifierFamily.one).scores(
            features, workers: ClassifierFamily.one)
        let movedScores = try member.fit(features, moved, ClassifierFamily.one).scores(
            features, workers: ClassifierFamily.one)
        for (place, label) in order.enumerated() {
            #expect(zip(movedScores.column(place), scores.column(label)).allSatisfy { abs($0 - $1) <= 1e-5 })
        }
    }

    @Test(arguments: ClassifierFamily.members)
    func `duplicated rows with half the weight change nothing`(member: ClassifierFamily.Member) throws {
        guard let fitHalved = member.fitHalved else { return }
        let (features, truth) = Samples.overlapping(rows: 90, columns: 8, labels: 3, of: Float.self)
        let twice = (0 ..< 180).map { $0 / 2 }
        let scores = try member.fit(features, truth, ClassifierFamily.one)
            .scores(features, workers: ClassifierFamily.one)
        let doubled = try fitHalved(features.selecting(rows: twice), truth.selecting(rows: twice))
            .scores(features, workers: ClassifierFamily.one)
        // Both fits end within their tolerance of the same optimum.
        let size = scores.values.reduce(0) { max($0, abs($1)) }
        for (value, other) in zip(scores.values, doubled.values) {
            #expect(abs(value - other / member.doubling) <= 5e-3 * size)
        }
    }

    @Test(arguments: ClassifierFamily.members)
    func `the units of standardized features do not matter`(
        member: ClassifierFamily.Member
    ) throws {
        let (features, truth) = Samples.overlapping(rows: 100, columns: 10, labels: 3, of: Float.self)
        var scaled = features
        for row in 0 ..< features.rows {
            // Powers of two: the standardised features are the same to the bit.
            for column in 0 ..< features.columns {
                scaled[row, column] *= Float(sign: .plus, exponent: column - 5, significand: 1)
            }
        }
        let scores = try [features, scaled].map { given in
            let standardised = Standardizer(fitting: given).apply(given)
            return try member.fit(standardised, truth, ClassifierFamily.one)
                .scores(standardised, workers: ClassifierFamily.one)
        }
        #expect(scores[0] == scores[1])
    }
}
