import Datasets
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference
@testable import Training

/// What a model is scored on must leave no trace in it.
@Suite struct FittingTests {
    /// The table with the features of `rows` made nonsense and their labels turned round.
    private func corrupted(_ table: FeatureTable, _ rows: [Int], features: Bool = true) -> FeatureTable {
        var values = table.features
        var samples = table.dataset.samples
        for row in rows {
            let old = samples[row]
            samples[row] = Sample(
                path: old.path, labels: [(old.labels[0] + 1) % 3], group: old.group, part: old.part, fold: old.fold)
            guard features else { continue }
            for column in 0 ..< 6 { values[row, column] = Float(row * 1000 + column * 37) * -3 }
        }
        return FeatureTable(
            dataset: Dataset(root: "sample", labelSpace: table.dataset.labelSpace, samples: samples),
            features: values, pixelDigests: table.pixelDigests, digest: table.digest)
    }

    /// The model file of a fold, byte for byte.
    private func foldModel(_ table: FeatureTable, _ fold: Int, _ overrides: [String]) throws -> Data {
        let configuration = try SampleExperiment.configuration(overrides)
        let outer = try #require(try OuterFolds(of: table, configuration: configuration))
        let model = try SampleExperiment.fitting(table, configuration).model(of: fold, outer).model
        return try bytes(of: model)
    }

    private func bytes(of model: TrainedModel) throws -> Data {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try ModelFile.write(model, to: "\(folder)/model.h5")
        return try FileContent.bytes(of: "\(folder)/model.h5")
    }

    private static let settings = [
        ["dataset.split=index-kfold"],
        ["dataset.split=index-kfold", "balance.undersample_above=9", "ensemble.calibration=isotonic"],
        ["dataset.split=leave-one-group-out", "ensemble.vote=hard"],
        ["dataset.split=folds", "classifiers.ml-svm.kernel=linear"],
    ]

    @Test(arguments: settings)
    func `a fold's model does not depend on the rows that it tests`(_ settings: [String]) throws {
        let table = SampleExperiment.table(groups: { "p\($0 % 6)" }, folds: { $0 % 4 })
        let plain = settings[0].hasSuffix("index-kfold") ? SampleExperiment.table() : table
        let configuration = try SampleExperiment.configuration(settings)
        let outer = try #require(try OuterFolds(of: plain, configuration: configuration))
        let (test, train) = (outer.split(1).test, outer.split(1).train)
        let model = try foldModel(plain, 1, settings)
        #expect(try foldModel(corrupted(plain, test), 1, settings) == model)
        // The check can fail: one row that is learnt from changes the model.
        #expect(try foldModel(corrupted(plain, [train[0]]), 1, settings) != model)
    }

    @Test func `the scores of a row do not depend on its own fold's labels`() throws {
        let configuration = try SampleExperiment.configuration(["dataset.split=index-kfold"])
        let table = SampleExperiment.table()
        let outer = try #require(try OuterFolds(of: table, configuration: configuration))
        let honest = try SampleExperiment.fitting(table, configuration).scores(of: 2, outer)
        let other = corrupted(table, outer.split(2).test, features: false)
        let blind = try SampleExperiment.fitting(other, configuration).scores(of: 2, outer)
        #expect(blind.ensemble.scores == honest.ensemble.scores)
        #expect(blind.ensemble.decision == honest.ensemble.decision)
        #expect(blind.ensemble.uncertain == honest.ensemble.uncertain)
        #expect(blind.baseline.scores == honest.baseline.scores)
        for (left, right) in zip(blind.members, honest.members) {
            #expect(left.table.scores == right.table.scores && left.table.decision == right.table.decision)
        }
        #expect(blind.ensemble.truth != honest.ensemble.truth)
    }

    @Test(arguments: ["auto", "mitbih-ds1-ds2", "ptbxl"])
    func `a model does not depend on the test part`(_ name: String) throws {
        let records = ["101", "106", "100", "103"]
        let table = SampleExperiment.table(
            rows: 60, groups: { name == "ptbxl" ? nil : records[$0 % 4] }, folds: { $0 % 10 + 1 },
            parts: { $0 % 4 < 2 ? .train : .test })
        let configuration = try SampleExperiment.configuration(["dataset.split=\(name)"])
        func model(_ table: FeatureTable) throws -> Data {
            let partition = try TrainingPartition(of: table, configuration: configuration)
            let fitting = SampleExperiment.fitting(table, configuration)
            return try bytes(of: fitting.model(fitting.fit(partition, title: "t"), partition))
        }
        let partition = try TrainingPartition(of: table, configuration: configuration)
        let expected = try model(table)
        #expect(!partition.test.isEmpty)
        #expect(try model(corrupted(table, partition.test)) == expected)
        #expect(try model(corrupted(table, [partition.train[0]])) != expected)
        if name == "ptbxl" {
            #expect(try model(corrupted(table, [partition.validation[0]])) != expected)
        }
    }
}
