import Foundation
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import ConfigurationKeys
@testable import Evaluation
@testable import Inference
@testable import Training

/// A network for each fold of a cross-validation.
@Suite struct FoldNetworksTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        var rows = "path,labels,group,fold\n"
        for number in 0 ..< 24 {
            try scratch.write("data/\(number).png", SamplePictures.png(number))
            rows += "\(number).png,\(number % 2 == 0 ? "N" : "V"),r\(number / 4),\(number / 4 % 2 + 1)\n"
        }
        try scratch.write("data/manifest.csv", rows)
        for fold in 1 ... 2 {
            try WeightsFile.write(
                .random(alpha: 0.05, seed: UInt64(fold)), to: scratch("fold-\(fold).h5"))
        }
    }

    private func configuration(_ weights: String, split: String = "folds") throws -> ExperimentConfiguration {
        try SampleConfiguration.with(
            [
                "dataset.path=\(scratch("data"))", "extractor.weights=\(scratch(weights))", "preprocessing.size=32",
                "extractor.cache=off", "evaluation.bootstrap=0", "dataset.split=\(split)", "dataset.tuning_folds=2",
            ])
    }

    private func run(_ output: String, _ configuration: ExperimentConfiguration) throws -> ScoredFiles {
        _ = try TrainingRun(configuration: configuration)
            .run(output: scratch(output), resume: false, workers: Workers(count: 2))
        return try ScoredFiles(
            contentsOf: scratch(output),
            memberNames: ModelFile.read(scratch("\(output)/model.h5")).ensemble.members
                .map(\.name))
    }

    @Test func `each fold is learnt and scored with its own network alone`() throws {
        let own = try run("own", configuration("fold-{fold}.h5"))
        let single = try (1 ... 2).map { try run("single-\($0)", configuration("fold-\($0).h5")) }
        #expect(own.ensemble.paths == single[0].ensemble.paths)
        let folds = try #require(own.folds)
        for (row, fold) in folds.enumerated() {
            let scores = own.ensemble.scores.row(row)
            #expect(Array(scores) == Array(single[try #require(Int(fold)) - 1].ensemble.scores.row(row)))
        }
        #expect(single[0].ensemble.scores != single[1].ensemble.scores)
        // For want of fold-all.h5.
        let kept = try ModelFile.read(scratch("own/model.h5"))
        #expect(kept.networkWeights == .random(alpha: 0.05, seed: 1))
        #expect(kept.provenance.warnings.contains { $0.contains("the network of fold 1, because") })

        let whole = MobileNetV2Weights.random(alpha: 0.05, seed: 3)
        try WeightsFile.write(whole, to: scratch("fold-all.h5"))
        let again = try run("again", configuration("fold-{fold}.h5"))
        #expect(again.ensemble.scores == own.ensemble.scores)
        #expect(try ModelFile.read(scratch("again/model.h5")).networkWeights == whole)
    }

    @Test func `networks for folds need the folds of a manifest and all their files, before anything is done`() throws {
        for split in ["group-kfold", "auto"] {
            let error = #expect(throws: ConfigurationError.self) {
                try run("none", configuration("fold-{fold}.h5", split: split))
            }
            #expect("\(try #require(error))".contains("folds: extractor.weights names a network for each fold"))
        }
        try FileManager.default.removeItem(atPath: scratch("fold-2.h5"))
        do {
            _ = try run("none", configuration("fold-{fold}.h5"))
            Issue.record("trained")
        } catch { #expect("\(error)".contains(scratch("fold-2.h5"))) }
        try WeightsFile.write(.random(alpha: 1.4, seed: 1), to: scratch("fold-2.h5"))
        let error = #expect(throws: ConfigurationError.self) { try run("none", configuration("fold-{fold}.h5")) }
        #expect("\(try #require(error))".contains("networks of one width"))
        #expect(!FileManager.default.fileExists(atPath: scratch("none")))
    }
}
