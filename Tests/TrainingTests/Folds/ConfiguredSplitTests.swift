import Datasets
import TestSupport
import Testing

@testable import Inference
@testable import Training

@Suite struct ConfiguredSplitTests {
    private func split(_ name: String, _ table: FeatureTable) throws -> Split {
        try ConfiguredSplit.of(table.dataset, configuration: SampleExperiment.configuration(["dataset.split=\(name)"]))
    }

    @Test func `MIT-BIH goes by the records of DS1 and DS2 and leaves others out`() throws {
        let records = ["mitdb/101", "mitdb/100", "102", "234"]
        let split = try split("mitbih-ds1-ds2", SampleExperiment.table(groups: { records[$0 % 4] }))
        #expect(split.train == Array(stride(from: 0, to: 48, by: 4)))
        #expect(split.test == (0 ..< 48).filter { $0 % 4 == 1 || $0 % 4 == 3 })
        #expect(split.warnings.contains(.rowsOutsideDivision(12)))
        #expect(split.warnings.contains { $0.description.hasPrefix("MIT-BIH records 201") })
    }

    @Test func `beats are divided by their record, though a patient has two`() throws {
        let samples = ["201#5", "202#5", "x/101#7", "100#9"].map { Sample(path: $0, labels: [0], group: "201") }
        let dataset = Dataset(root: "r", labelSpace: .aamiBeats, samples: samples)
        let split = try ConfiguredSplit.of(
            dataset, configuration: SampleExperiment.configuration(["dataset.split=mitbih-ds1-ds2"]))
        #expect(split.train == [0, 2] && split.test == [1, 3])
    }

    @Test func `MIT-BIH says when groups are no records of it`() throws {
        #expect(throws: ProtocolError.noGroups(.mitbih)) { try split("mitbih-ds1-ds2", SampleExperiment.table()) }
        #expect(throws: ProtocolError.noRecord(.mitbih, list: "DS2", example: "100", found: ["101"])) {
            try split("mitbih-ds1-ds2", SampleExperiment.table(groups: { _ in "101" }))
        }
    }

    @Test func `PTB-XL learns from eight folds, tunes on the ninth and tests the tenth`() throws {
        let table = SampleExperiment.table(folds: { $0 % 10 + 1 })
        let split = try split("ptbxl", table)
        #expect(split.validation == [8, 18, 28, 38])
        #expect(split.test == [9, 19, 29, 39])
        #expect(split.train.count == 40)
        let partition = try TrainingPartition(
            of: table, configuration: SampleExperiment.configuration(["dataset.split=ptbxl"]))
        #expect(partition.test == split.test && partition.validation == split.validation)
        #expect(partition.scoredPart == "test")
        #expect(throws: ProtocolError.noFolds(.ptbxl)) { try self.split("ptbxl", SampleExperiment.table()) }
    }

    @Test func `a cross-validation's final model learns from every row`() throws {
        let table = SampleExperiment.table(parts: { $0 < 40 ? .train : .test })
        let partition = try TrainingPartition(
            of: table, configuration: SampleExperiment.configuration(["dataset.split=kfold"]))
        #expect(partition.train == Array(0 ..< 48))
        #expect(partition.scoredPart == "out-of-fold")
        #expect(Set(partition.folds) == [0, 1])
    }
}
