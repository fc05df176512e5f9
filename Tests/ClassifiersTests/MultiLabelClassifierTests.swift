import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

/// Properties of all classifiers.
@Suite struct MultiLabelClassifierTests {
    private static let one = Workers(count: 1)
    private static let four = Workers(count: 4)

    @Test(arguments: ClassifierFamily.members)
    func `fits with one and four threads, and repeated fits, give the same bits`(member: ClassifierFamily.Member) throws
    {
        let (features, truth) = Samples.overlapping(rows: 150, columns: 20, labels: 5, of: Float.self)
        let asked = Samples.overlapping(rows: 300, columns: 20, labels: 5, seed: 2, of: Float.self).features
        let scores = try [Self.one, Self.four, Self.four].map { workers in
            try member.fit(features, truth, workers).scores(asked, workers: workers)
        }
        #expect(scores[0].values.map(\.bitPattern) == scores[1].values.map(\.bitPattern))
        #expect(scores[1].values.map(\.bitPattern) == scores[2].values.map(\.bitPattern))
        #expect(scores[0].values.allSatisfy { $0.isFinite })
        #expect(Set(scores[0].values).count > 20)
    }

    @Test(arguments: ClassifierFamily.members)
    func `a model created from its properties gives the same scores`(member: ClassifierFamily.Member) throws {
        let (features, truth) = Samples.overlapping(rows: 80, columns: 9, labels: 3, of: Float.self)
        let model = try member.fit(features, truth, Self.one)
        #expect(model.labelCount == 3)
        #expect(model.featureCount == 9)
        #expect(
            try member.remade(model).scores(features, workers: Self.one) == model.scores(features, workers: Self.one))
    }

    @Test(arguments: ClassifierFamily.members)
    func `predictable labels are learned`(member: ClassifierFamily.Member) throws {
        let (features, truth) = Samples.overlapping(rows: 200, columns: 15, labels: 3, of: Float.self)
        let scores = try member.fit(features, truth, Self.four).scores(features, workers: Self.four)
        for label in 0 ..< 3 {
            let sides = (0 ..< 200).map { (truth[$0, label], scores[$0, label]) }
            let positive = sides.filter(\.0).map(\.1)
            let negative = sides.filter { !$0.0 }.map(\.1)
            let right = positive.reduce(0) { sum, value in sum + negative.count { $0 < value } }
            #expect(Double(right) > 0.85 * Double(positive.count * negative.count))
        }
    }

    @Test(arguments: ClassifierFamily.members)
    func `degenerate data gives finite scores`(member: ClassifierFamily.Member) throws {
        let (wide, wideTruth) = Samples.overlapping(rows: 6, columns: 40, labels: 2, of: Float.self)
        let cases: [(String, Matrix<Float>, LabelMatrix)] = [
            ("a single sample", Matrix([[1, 2]]), LabelMatrix([[1, 0]])),
            ("one row per class", Matrix([[0, 1], [1, 0]]), LabelMatrix([[1, 0], [0, 1]])),
            ("constant features", Matrix(rows: 6, columns: 3, repeating: 2), wideTruth),
            ("the same row on both sides", Matrix([[1, 1], [1, 1], [0, 0]]), LabelMatrix([[1], [0], [1]])),
            ("labels that are all 0 or all 1", wide, LabelMatrix((0 ..< 6).map { [0, 1, UInt8($0 % 2)] })),
            ("labels that are all 0", wide, LabelMatrix(rows: 6, columns: 2)),
            ("labels that are all 1", wide, LabelMatrix(rows: 6, columns: 2, values: Array(repeating: 1, count: 12))),
            ("one label", wide, LabelMatrix(rows: 6, columns: 1, values: Array(repeating: 1, count: 6))),
            ("a single label", wide, LabelMatrix((0 ..< 6).map { [UInt8($0 % 2)] })),
            ("fewer rows than features", wide, wideTruth),
            (
                "the same huge feature twice", Matrix([[3e18, 3e18], [1e18, 1e18], [0, 1]]),
                LabelMatrix([[1], [1], [0]])
            ),
            ("huge values", Matrix([[1e15, 0], [-1e15, 1], [0, 1e15]]), LabelMatrix([[1], [0], [1]])),
        ]
        for (name, features, truth) in cases {
            let model = try member.fit(features, truth, Self.one)
            let scores = model.scores(features, workers: Self.one)
            #expect(scores.rows == features.rows && scores.columns == truth.columns, "\(name)")
            #expect(scores.values.allSatisfy { $0.isFinite }, "\(name)")
        }
    }

    @Test(arguments: ClassifierFamily.members)
    func `a sample with a value that is not finite has NaN scores, and others are unchanged`(
        member: ClassifierFamily.Member
    ) throws {
        let (features, truth) = Samples.overlapping(rows: 40, columns: 5, labels: 2, of: Float.self)
        let model = try member.fit(features, truth, Self.one)
        let scores = model.scores(features, workers: Self.one)
        var broken = features
        broken[3, 1] = .nan
        broken[7, 0] = .infinity
        let found = model.scores(broken, workers: Self.one)
        for row in 0 ..< 40 {
            if row == 3 || row == 7 {
                #expect(found.row(row).allSatisfy { $0.isNaN })
            } else {
                #expect(found.row(row) == scores.row(row))
            }
        }
        #expect(model.scores(Matrix(rows: 0, columns: 5), workers: Self.one).rows == 0)
    }

    @Test(arguments: ClassifierFamily.members)
    func `a fit rejects features that are not finite, and empty data`(member: ClassifierFamily.Member) throws {
        var (features, truth) = Samples.overlapping(rows: 10, columns: 4, labels: 2, of: Float.self)
        features[6, 2] = .nan
        #expect(throws: FitError.notFinite(row: 6, column: 2)) { try member.fit(features, truth, Self.one) }
        features[1, 3] = -.infinity
        #expect(throws: FitError.notFinite(row: 1, column: 3)) { try member.fit(features, truth, Self.one) }
        #expect(throws: FitError.empty(rows: 0, columns: 4, labels: 2)) {
            try member.fit(Matrix(rows: 0, columns: 4), LabelMatrix(rows: 0, columns: 2), Self.one)
        }
        #expect(FitError.notFinite(row: 6, column: 2).description.contains("row 6, column 2"))
    }

    @Test func `progress ends at one`() throws {
        let (features, truth) = Samples.overlapping(rows: 40, columns: 5, labels: 2, of: Float.self)
        let told = Told()
        _ = try BinaryRelevance.fit(features: features, truth: truth) { told.add($0) }
        #expect(told.last == 1)
        _ = try MLARAM.fit(features: features, truth: truth) { told.add($0 / 2) }
        #expect(told.last == 0.5)
        _ = try MultiLabelSVM.fit(features: features, truth: truth) { told.add($0) }
        #expect(told.last == 1)
    }

    private final class Told: @unchecked Sendable {
        private let lock = NSLock()
        private var shares: [Double] = []
        func add(_ share: Double) { lock.withLock { shares.append(share) } }
        var last: Double? { lock.withLock { shares.last } }
    }
}
