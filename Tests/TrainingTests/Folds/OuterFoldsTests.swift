import Datasets
import TestSupport
import Testing

@testable import Inference
@testable import Training

@Suite struct OuterFoldsTests {
    private func folds(_ split: String, of table: FeatureTable, _ more: [String] = []) throws -> OuterFolds {
        let configuration = try SampleExperiment.configuration(["dataset.split=\(split)"] + more)
        return try #require(try OuterFolds(of: table, configuration: configuration))
    }

    /// Every row is tested once, and never learnt from where it, its group or its pixels are tested.
    private func check(_ folds: OuterFolds, _ table: FeatureTable) throws {
        let pixels = try #require(table.pixelDigests)
        var tested: [Int] = []
        for fold in 0 ..< folds.count {
            let split = folds.split(fold)
            tested += split.test
            #expect(!split.train.isEmpty && split.validation.isEmpty)
            #expect(Set(split.train).isDisjoint(with: split.test))
            #expect(Set(split.train.map { pixels[$0] }).isDisjoint(with: split.test.map { pixels[$0] }))
            let groups = table.dataset.samples.map(\.group)
            #expect(
                Set(split.train.compactMap { groups[$0] }).isDisjoint(with: split.test.compactMap { groups[$0] }))
        }
        #expect(tested.sorted() == Array(table.dataset.samples.indices))
    }

    @Test func `kfold keeps twins in one fold`() throws {
        let table = SampleExperiment.table(twins: [(0, 7), (0, 19), (3, 4)])
        let folds = try folds("kfold", of: table)
        try check(folds, table)
        for fold in 0 ..< folds.count {
            let test = Set(folds.split(fold).test)
            #expect(test.contains(0) == test.contains(7) && test.contains(0) == test.contains(19))
            #expect(folds.split(fold).train.count + test.count == 48)
        }
    }

    @Test(arguments: ["kfold", "group-kfold", "leave-one-group-out", "index-kfold", "folds"])
    func `no protocol lets a group or a twin stand on both sides`(_ name: String) throws {
        let table = SampleExperiment.table(
            groups: { "p\($0 / 2)" }, folds: { $0 / 12 }, twins: [(0, 47), (8, 20), (21, 22)])
        let folds = try folds(name, of: table)
        try check(folds, table)
        #expect(folds.count == (name == "leave-one-group-out" ? 24 : 4))
    }

    @Test func `kfold goes by group where groups are known and by label where not`() throws {
        let grouped = SampleExperiment.table(groups: { "p\($0 / 6)" })
        let folds = try folds("kfold", of: grouped)
        #expect((0 ..< 4).allSatisfy { folds.split($0).test.count == 12 })
        let plain = SampleExperiment.table()
        let truth = plain.dataset.truth
        let stratified = try self.folds("kfold", of: plain)
        for label in 0 ..< 3 {
            let counts = (0 ..< 4).map { fold in stratified.split(fold).test.count { truth[$0, label] } }
            #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
    }

    @Test func `index-kfold and folds put rows where they say`() throws {
        let table = SampleExperiment.table(folds: { $0 < 20 ? 10 : 3 })
        #expect(try folds("index-kfold", of: table).split(1).test == Array(stride(from: 1, to: 48, by: 4)))
        let given = try folds("folds", of: table)
        #expect(given.names == ["3", "10"])
        #expect(given.split(1).test == Array(0 ..< 20))
    }

    @Test func `what a protocol needs and the data lacks is said`() throws {
        let table = SampleExperiment.table()
        for name in ["group-kfold", "leave-one-group-out"] {
            #expect(throws: ProtocolError.noGroups(EvaluationProtocol(rawValue: name)!)) { try folds(name, of: table) }
        }
        #expect(throws: ProtocolError.noFolds(.folds)) { try folds("folds", of: table) }
        #expect(throws: SplitError.noFold(row: 3)) {
            try folds("folds", of: SampleExperiment.table(folds: { $0 == 2 ? nil : $0 % 2 }))
        }
        #expect(throws: SplitError.self) { try folds("kfold", of: table, ["dataset.folds=49"]) }
        #expect(throws: ProtocolError.nothingToLearn(.indexKfold, fold: "0")) {
            try folds("index-kfold", of: SampleExperiment.table(groups: { _ in "one" }))
        }
    }

    @Test func `parts that are set aside and rows that are left out are reported`() throws {
        let table = SampleExperiment.table(groups: { "p\($0 / 2)" }, parts: { $0 < 40 ? .train : .test })
        let warnings = try folds("index-kfold", of: table).warnings.map(\.description).joined(separator: "\n")
        #expect(warnings.contains("48 times a row was left out of training"))
        #expect(warnings.contains("The parts given by the data are not used"))
    }

    @Test(arguments: ["auto", "holdout", "cross-fit", "mitbih-ds1-ds2", "ptbxl"])
    func `the other protocols fit one model`(_ name: String) throws {
        let configuration = try SampleExperiment.configuration(["dataset.split=\(name)"])
        #expect(try OuterFolds(of: SampleExperiment.table(), configuration: configuration) == nil)
    }
}
