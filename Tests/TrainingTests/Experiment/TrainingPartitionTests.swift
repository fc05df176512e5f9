import Classifiers
import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference
@testable import Training

struct TrainingPartitionTests {
    private static func partition(_ table: FeatureTable, _ overrides: String...) throws -> TrainingPartition {
        try TrainingPartition(of: table, configuration: SampleConfiguration.with(overrides))
    }

    @Test func `the parts that the data gives are taken, and rows without one are for training`() throws {
        let table = SampleTables.table(
            rows: 30, parts: { [Part.train, nil, .train, .validation, .test][$0 % 5] })
        let partition = try Self.partition(table)
        #expect(partition.train == (0 ..< 30).filter { $0 % 5 < 3 })
        #expect(partition.validation == (0 ..< 30).filter { $0 % 5 == 3 })
        #expect(partition.test == (0 ..< 30).filter { $0 % 5 == 4 })
        #expect(partition.folds.count == partition.validation.count && partition.scoredPart == "test")
    }

    @Test func `without parts every row is learnt from and scored out of fold`() throws {
        let partition = try Self.partition(SampleTables.table(rows: 30))
        #expect(partition.train == Array(0 ..< 30) && partition.validation.isEmpty && partition.test.isEmpty)
        #expect(partition.scoredPart == "out-of-fold" && Set(partition.folds) == Set(0 ..< 5))
        #expect(partition.mostFrequentLabels == [0] && partition.support == [10, 10, 10])
        #expect(partition.warnings.contains(.noGroups))
    }

    @Test func `a hold-out cuts a share of every label off, the same for the same seed`() throws {
        let table = SampleTables.table(rows: 60)
        let one = try Self.partition(table, "dataset.split=holdout", "dataset.validation=0.25")
        #expect(one.validation.count == 15 && one.train.count == 45 && one.scoredPart == "validation")
        #expect(table.dataset.truth.selecting(rows: one.validation).support == [5, 5, 5])
        #expect(Set(one.train).isDisjoint(with: one.validation))
        let again = try Self.partition(table, "dataset.split=holdout", "dataset.validation=0.25")
        let other = try Self.partition(table, "dataset.split=holdout", "dataset.validation=0.25", "seed=2")
        #expect(one.validation == again.validation && one.validation != other.validation)
    }

    @Test func `no group stands on both sides, neither of a hold-out nor of folds`() throws {
        let table = SampleTables.table(rows: 60, groups: { "p\($0 * 7 % 12)" })
        let groups = table.dataset.samples.map(\.group)
        let holdout = try Self.partition(table, "dataset.split=holdout")
        let held = Set(holdout.validation.map { groups[$0] })
        #expect(!held.isEmpty && held.isDisjoint(with: Set(holdout.train.map { groups[$0] })))
        let crossed = try Self.partition(table, "dataset.split=cross-fit")
        for fold in Set(crossed.folds) {
            let (inside, outside) = (
                crossed.train.indices.filter { crossed.folds[$0] == fold },
                crossed.train.indices.filter { crossed.folds[$0] != fold }
            )
            #expect(
                Set(inside.map { groups[crossed.train[$0]] }).isDisjoint(
                    with: outside.map { groups[crossed.train[$0]] }))
        }
        #expect(!crossed.warnings.contains(.noGroups))
    }

    @Test func `groups that the given parts tear apart are told of`() throws {
        let table = SampleTables.table(
            rows: 24, groups: { "p\($0 % 4)" }, parts: { $0 < 20 ? .train : .test })
        let warning = try #require(
            try Self.partition(table).warnings.map(\.description).first { $0.contains("more than one part") })
        #expect(warning.contains("4 groups") && warning.contains("p0"))
    }

    @Test func `twins of scored rows and repeats are not learnt from, and told of`() throws {
        // Rows 20… are the test; rows 0 and 1 look like 20 and 21, row 4 like 3 (other label), row 8 like 5.
        let twins = [0: 20, 1: 21, 4: 3, 8: 5]
        let table = SampleTables.table(
            rows: 26, parts: { $0 < 20 ? .train : .test }, pixels: { "pixels \(twins[$0] ?? $0)" })
        let partition = try Self.partition(table)
        #expect(partition.train == (0 ..< 20).filter { ![0, 1, 8].contains($0) })
        #expect(partition.test == Array(20 ..< 26))
        #expect(
            partition.warnings.contains {
                $0.description.contains("2 pictures") && $0.description.contains("rows/0.png")
            })
        #expect(partition.warnings.contains { $0.description.contains("1 repeat") })
        #expect(
            partition.warnings.contains {
                $0.description.contains("3 pictures") && $0.description.contains("different labels")
                    && $0.description.contains("rows/0.png and rows/20.png")
            })
    }

    @Test func `each class is thinned out to the limit, of the training rows only`() throws {
        let table = SampleTables.table(
            rows: 100, labels: { $0 % 10 < 7 ? [0] : $0 % 10 == 9 ? [2] : [1] }, parts: { $0 < 80 ? .train : .test })
        let partition = try Self.partition(table, "balance.undersample_above=12")
        #expect(partition.balancing.before == [56, 16, 8] && partition.balancing.after == [12, 12, 8])
        #expect(partition.train.count == 32 && partition.test.count == 20)
        #expect(partition.support == [56, 16, 8] && partition.rowsBeforeBalancing == 80)
        let off = try Self.partition(table, "balance.undersample_above=off")
        #expect(off.train.count == 80)
    }

    @Test func `the most frequent combination is of whole label sets, of equals the first`() throws {
        let table = SampleTables.table(rows: 12, labels: { [[0, 1], [2], [0, 1], [2], [1], [0]][$0 % 6] })
        #expect(try Self.partition(table).mostFrequentLabels == [0, 1])
    }

    @Test func `a class with one row is warned of`() throws {
        let table = SampleTables.table(rows: 21, labels: { $0 == 4 ? [2] : [$0 % 2] })
        #expect(try Self.partition(table).warnings.contains { $0.description.contains("C has one picture") })
    }

    @Test func `labels without examples on one side are named, and rows that are all alike are refused`() throws {
        let table = SampleTables.table(rows: 20, labels: { [0, 1 + $0 % 2].filter { $0 < 2 } })
        #expect(try Self.partition(table).warnings.contains(.untrainedLabels(["A", "C"])))
        let trained = SampleTables.table(rows: 21, labels: { [$0 % 3] })
        #expect(try !Self.partition(trained).warnings.contains { $0.description.hasPrefix("Untrained") })
        let error = #expect(throws: SplitError.self) {
            try Self.partition(SampleTables.table(rows: 20, labels: { _ in [0, 2] }))
        }
        #expect(error == .nothingToLearn(labels: ["A", "C"]))
    }

    @Test(arguments: ["auto", "cross-fit"])
    func `three rows are three folds`(split: String) throws {
        let partition = try Self.partition(SampleTables.table(rows: 3), "dataset.split=\(split)")
        #expect(Set(partition.folds) == [0, 1, 2])
    }

    @Test func `a validation part of one patient can be tuned on, and is told of`() throws {
        let table = SampleTables.table(
            rows: 30, groups: { $0 < 20 ? "p\($0 % 4)" : "alone" }, parts: { $0 < 20 ? .train : .validation })
        let partition = try Self.partition(table)
        #expect(partition.folds.count == 10 && Set(partition.folds).count == 5)
        #expect(partition.warnings.contains(.singleValidationGroup("alone")))
    }

    @Test func `what cannot be divided is refused with a sentence`() throws {
        let cases: [(FeatureTable, [String])] = [
            (SampleTables.table(rows: 1), []),
            (SampleTables.table(rows: 1), ["dataset.split=holdout"]),
            (SampleTables.table(rows: 20, groups: { _ in "one" }), []),
            (SampleTables.table(rows: 20, groups: { _ in "one" }), ["dataset.split=holdout"]),
            (SampleTables.table(rows: 9, parts: { _ in .test }), []),
            (SampleTables.table(rows: 9, parts: { _ in .validation }), []),
            // Every training row has a twin in the test part.
            (SampleTables.table(rows: 8, parts: { $0 < 4 ? .train : .test }, pixels: { "\($0 % 4)" }), []),
            (SampleTables.table(rows: 4, labels: { _ in [1] }, pixels: { _ in "same" }), []),
        ]
        for (table, overrides) in cases {
            let error = try #require(throws: (any Error).self, "\(table.dataset.count) \(overrides)") {
                try TrainingPartition(of: table, configuration: SampleConfiguration.with(overrides))
            }
            #expect(error is SplitError && "\(error)".hasSuffix("."), "\(error)")
        }
    }

    @Test func `small and lopsided sets give a sound model, or are refused`() throws {
        let shapes: [(Int, (Int) -> [Int])] = [
            (2, { _ in [0] }), (2, { [$0] }), (3, { [$0] }), (3, { _ in [1] }), (4, { $0 == 0 ? [0] : [1] }),
            (5, { _ in [0, 1, 2] }), (6, { $0 == 5 ? [2] : [0] }), (7, { $0.isMultiple(of: 2) ? [0] : [] }),
        ]
        for (rows, labels) in shapes {
            let table = SampleTables.table(rows: rows, labels: labels)
            for split in ["cross-fit", "holdout"] {
                do {
                    let partition = try Self.partition(table, "dataset.split=\(split)")
                    let scores = try Self.ensemble(table, partition).scores(table.features, workers: Workers(count: 1))
                    #expect(scores.scores.values.allSatisfy { (0 ... 1).contains($0) }, "\(rows) rows, \(split)")
                } catch {
                    #expect(error is SplitError, "\(rows) rows, \(split): \(error)")
                }
            }
        }
    }

    /// What training fits.
    private static func ensemble(_ table: FeatureTable, _ partition: TrainingPartition) throws -> Ensemble {
        let truth = table.dataset.truth
        let validation = partition.validation
        return try Ensemble.fit(
            features: table.features.selecting(rows: partition.train), truth: truth.selecting(rows: partition.train),
            members: SampleModels.allMembers,
            calibrationSet: validation.isEmpty
                ? .crossFit(folds: partition.folds)
                : .validation(
                    features: table.features.selecting(rows: validation), truth: truth.selecting(rows: validation),
                    folds: partition.folds),
            parameters: .init(), seed: 1, workers: Workers(count: 1)
        ).ensemble
    }
}
