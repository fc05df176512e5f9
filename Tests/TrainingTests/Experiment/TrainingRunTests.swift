import ClassificationMetrics
import Datasets
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference
@testable import Runs
@testable import Training

/// Whole runs on small pictures with a narrow, untrained network.
struct TrainingRunTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func configuration(_ overrides: String...) throws -> ExperimentConfiguration {
        try SampleConfiguration.with(
            [
                "dataset.path=\(scratch("data"))", "extractor.alpha=0.05", "preprocessing.size=32",
                "extractor.cache=off", "dataset.folds=3", "evaluation.bootstrap=10",
            ] + overrides)
    }

    private func train(
        _ output: String, threads: Int = 2, resume: Bool = false, _ configuration: ExperimentConfiguration
    ) throws -> RunOutcome {
        try TrainingRun(configuration: configuration)
            .run(output: scratch(output), resume: resume, workers: Workers(count: threads))
    }

    private func bytes(_ file: String) throws -> Data { try FileContent.bytes(of: scratch(file)) }

    @Test func `a run leaves every file of the contract, and its seal is right`() throws {
        _ = try SamplePictures.writeClasses(["N": 6, "S": 6, "V": 6], to: scratch, folder: "data")
        let outcome = try train("run", try configuration())
        #expect(outcome.folder.isFinished)
        for file in RunFolder.File.allCases { #expect(try !bytes("run/\(file.rawValue)").isEmpty, "\(file)") }
        #expect(try scratch.names(in: "run/plots").contains { $0.hasSuffix(".svg") })
        let names = try scratch.names(in: "run") + scratch.names(in: "run/scores")
        #expect(!names.contains { $0.hasPrefix(".") }, "nothing half-written is left behind")

        let verify = try Child.run("sha256sum", ["--quiet", "-c", "manifest.sha256"], in: scratch("run"))
        #expect(verify.status == 0, "\(verify.errors)")

        let result = try EvaluationResult(contentsOf: scratch("run/metrics.json"))
        #expect(result.part == "out-of-fold" && result.n == 18 && result.labels == ["N", "S", "V", "F", "Q", "M"])
        #expect(result.members.keys.sorted() == ["binary-relevance", "ml-svm", "mlaram"])
        let model = try ModelFile.read(scratch("run/model.h5"))
        #expect(
            result.inputs.modelSHA256 == model.digest && result.inputs.datasetSHA256 == model.provenance.datasetSHA256)
        let files = try ScoredFiles(contentsOf: scratch("run"), memberNames: model.ensemble.members.map(\.name))
        let again = try MetricSummary(
            truth: files.ensemble.truth, scores: files.ensemble.scores, decision: files.ensemble.decision,
            uncertain: files.ensemble.uncertain)
        #expect(result.metrics == again, "the numbers are those of the scores on the disk")
        let card = try FileContent.text(of: scratch("run/model-card.md"))
        #expect(card.contains("Not a medical device") && card.contains("\(result.inputs.modelSHA256)"))
        let back = try ExperimentConfiguration(file: scratch("run/config.yaml"))
        #expect(back.resolved == (try configuration()).resolved)
    }

    @Test
    func `the same command gives the same model and predictions, with one and with four threads and from elsewhere`()
        throws
    {
        _ = try SamplePictures.writeClasses(["N": 5, "V": 5], to: scratch, folder: "data")
        _ = try SamplePictures.writeClasses(["N": 5, "V": 5], to: scratch, folder: "elsewhere/data")
        _ = try train("one", threads: 1, configuration())
        _ = try train("four", threads: 4, configuration("extractor.cache=\(scratch("cache"))"))
        _ = try train(
            "cached", configuration("extractor.cache=\(scratch("cache"))", "dataset.path=\(scratch("elsewhere/data"))"))
        for other in ["four", "cached"] {
            for file in ["model.h5", "predictions.csv", "scores/mlaram.csv"] {
                #expect(try bytes("one/\(file)") == bytes("\(other)/\(file)"), "\(other)/\(file)")
            }
        }
        #expect(try bytes("one/metrics.json") == bytes("four/metrics.json"))
        _ = try train("seed", configuration("seed=2"))
        #expect(try bytes("one/model.h5") != bytes("seed/model.h5"))
    }

    @Test func `a test part is scored by a model that has not seen it`() throws {
        _ = try SamplePictures.write(24, to: scratch, folder: "data")
        let rows = (0 ..< 24).map { "\($0).png,\($0 % 2 == 0 ? "N" : "V"),p\($0 / 3),\($0 < 18 ? "train" : "test")" }
        try scratch.write("data/manifest.csv", "path,labels,group,split\n" + rows.joined(separator: "\n") + "\n")
        _ = try train("run", configuration())
        let result = try EvaluationResult(contentsOf: scratch("run/metrics.json"))
        #expect(result.part == "test" && result.n == 6)
        // Other labels and pictures of the test part change its truth, and nothing of the model.
        let flipped = rows.map { $0.hasSuffix("test") ? $0.replacing(",N,", with: ",S,") : $0 }
        try scratch.write("data/manifest.csv", "path,labels,group,split\n" + flipped.joined(separator: "\n") + "\n")
        _ = try train("flipped", configuration())
        let (one, two) = try (ModelFile.read(scratch("run/model.h5")), ModelFile.read(scratch("flipped/model.h5")))
        #expect(
            one.ensemble.calibration == two.ensemble.calibration
                && one.ensemble.preparation == two.ensemble.preparation)
        let tables = try ["run", "flipped"].map { try PredictionTable(contentsOf: scratch("\($0)/predictions.csv")) }
        #expect(tables[0].scores == tables[1].scores && tables[0].truth != tables[1].truth)
        #expect(try scratch.names(in: "run/scores").contains("groups.csv"))
    }

    @Test func `pictures that cannot be read stop the run, or are left out and listed`() throws {
        _ = try SamplePictures.writeClasses(["N": 6, "V": 6], to: scratch, folder: "data")
        try scratch.write("data/N/2.png", Data())
        try scratch.write("data/V/4.png", SamplePictures.blank())
        #expect { try train("stopped", configuration()) } throws: { error in
            "\(error)".contains("N/2.png") && "\(error)".contains("empty")
        }
        #expect(
            try !scratch.names(in: "stopped").contains {
                ["model.h5", "metrics.json"].contains($0) || $0.hasPrefix(".")
            })
        _ = try train("run", configuration("dataset.skip_unreadable=true"))
        let log = try FileContent.text(of: scratch("run/log.txt"))
        #expect(log.contains("Skipped \(scratch("data"))/N/2.png") && log.contains("V/4.png"))
        let result = try EvaluationResult(contentsOf: scratch("run/metrics.json"))
        #expect(result.n == 10 && result.warnings.contains { $0.contains("2 pictures could not be read") })
        #expect(try ModelFile.read(scratch("run/model.h5")).provenance.warnings == result.warnings)
    }

    @Test func `pictures that a manifest names and nobody has are left out and listed`() throws {
        _ = try SamplePictures.write(10, to: scratch, folder: "data")
        let rows = (0 ..< 11).map { "\($0).png,\($0 % 2 == 0 ? "N" : "V")" }
        try scratch.write("data/manifest.csv", "path,labels\n" + rows.joined(separator: "\n") + "\n")
        #expect { try train("stopped", configuration()) } throws: { "\($0)".contains("10.png") }
        #expect(try !scratch.names().contains("stopped"), "no folder for a run that cannot begin")
        _ = try train("run", configuration("dataset.skip_unreadable=true"))
        let result = try EvaluationResult(contentsOf: scratch("run/metrics.json"))
        #expect(result.warnings.contains { $0.contains("1 of 11 pictures") })
        #expect(try FileContent.text(of: scratch("run/log.txt")).contains("Skipped 10.png"))
    }

    @Test func `ink as drawn is told of in metrics, report, card and model`() throws {
        _ = try SamplePictures.writeClasses(["N": 4, "V": 4], to: scratch, folder: "data")
        _ = try train("run", configuration("preprocessing.ink=as-drawn"))
        let result = try EvaluationResult(contentsOf: scratch("run/metrics.json"))
        #expect(
            result.warnings.contains(ResultWarning.asDrawn.description) && result.preprocessing == "as-drawn 32")
        for file in ["report.html", "model-card.md"] {
            #expect(try FileContent.text(of: scratch("run/\(file)")).contains("preprocessing.ink=as-drawn"), "\(file)")
        }
        #expect(
            try ModelFile.read(scratch("run/model.h5")).provenance.warnings.contains(
                ResultWarning.asDrawn.description))
    }

    @Test func `a run goes on in its folder with its own configuration only, and a finished one is left alone`() throws
    {
        _ = try SamplePictures.writeClasses(["N": 4, "V": 4], to: scratch, folder: "data")
        _ = try train("run", configuration())
        let before = try bytes("run/model.h5")
        #expect(throws: RunError.folderNotEmpty(path: scratch("run"))) { try train("run", configuration()) }
        #expect(throws: RunError.otherConfiguration(path: scratch("run"))) {
            try train("run", resume: true, configuration("seed=2"))
        }
        #expect(try train("run", resume: true, configuration()).summary.contains("finished"))
        try FileManager.default.removeItem(atPath: scratch("run/manifest.sha256"))
        try FileManager.default.removeItem(atPath: scratch("run/model.h5"))
        #expect(try train("run", resume: true, configuration()).folder.isFinished)
        #expect(try bytes("run/model.h5") == before)
    }

    @Test func `a feature file trains the same classifiers as its pictures`() throws {
        _ = try SamplePictures.writeClasses(["N": 5, "V": 5], to: scratch, folder: "data")
        let configuration = try configuration()
        let weights = try NetworkWeights.load(nil, alpha: 0.05, seed: 1)
        _ = try FeatureFile.make(
            dataset: scratch("data"), weights: weights, preprocessing: configuration.preprocessing,
            output: scratch("f.h5"), skipUnreadable: false, cacheFolder: nil, workers: Workers(count: 2))
        _ = try train("pictures", configuration)
        _ = try train("features", self.configuration("dataset.path=\(scratch("f.h5"))"))
        #expect(try bytes("pictures/predictions.csv") == bytes("features/predictions.csv"))
        #expect(try ModelFile.read(scratch("features/model.h5")).networkWeights == nil)
    }

    @Test func `a dry run says what would be done and does nothing`() throws {
        _ = try SamplePictures.writeClasses(["N": 4, "V": 2], to: scratch, folder: "data")
        let text = try TrainingRun(configuration: configuration()).plan()
        #expect(text.contains("seed: 1") && text.contains("6 samples") && text.contains("dry run"))
        #expect(try scratch.names() == ["data"])
    }
}
