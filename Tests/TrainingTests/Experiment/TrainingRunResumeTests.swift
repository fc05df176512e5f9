import Files
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@testable import Runs
@testable import Training

@Suite struct TrainingRunResumeTests {
    private struct Interruption: Error {}

    /// Every file that does not tell of times and machines.
    private func results(in folder: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for case let file as String in FileManager.default.enumerator(atPath: folder)! {
            let isAbout = file == "log.txt" || file == "manifest.sha256" || file.hasPrefix("environment")
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(folder)/\(file)", isDirectory: &isFolder)
            if !isAbout, !isFolder.boolValue { files[file] = try FileContent.bytes(of: "\(folder)/\(file)") }
        }
        return files
    }

    private static let stages: [TrainingRun.Stage] = [
        .begun, .features, .fold(0), .fold(2), .model, .scores, .report,
    ]

    @Test func `a run that was interrupted anywhere and resumed has the bytes of one that was not`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let training = TrainingRun(
            configuration: try SampleExperiment.configuration(
                ["dataset.split=index-kfold", "classifiers.mlaram=off"], path: path))
        let workers = Workers(count: 2)
        let whole = try training.run(output: "\(folder)/whole", resume: false, workers: workers)
        let expected = try results(in: whole.folder.path)
        #expect(expected.keys.contains("scores/folds.csv") && expected.keys.contains("model.h5"))
        for stage in Self.stages {
            let run = "\(folder)/\(stage)"
            #expect(throws: Interruption.self) {
                try training.run(output: run, resume: false, workers: workers) {
                    if $0 == stage { throw Interruption() }
                }
            }
            #expect(!RunFolder(path: run).isFinished)
            // What a killed writer leaves: half a file under a temporary name.
            try AtomicFile.write("half", to: "\(run)/.metrics.4711-99.tmp.json")
            var repeated: [TrainingRun.Stage] = []
            _ = try training.run(output: run, resume: true, workers: workers) { repeated.append($0) }
            #expect(try results(in: run) == expected, "\(stage)")
            if stage == .scores || stage == .report { #expect(!repeated.contains(.model)) }
            let log = try FileContent.text(of: "\(run)/log.txt")
            #expect(log.components(separatedBy: "experiment sample, in").count == 3)
        }
    }

    @Test func `features of a network from recordings are the same after an interruption, for all threads`() throws {
        let scratch = try Scratch()
        try SampleRecordings.write(18, to: scratch("set"))
        let cached = "extractor.cache=\(scratch("cache"))"
        let training = TrainingRun(
            configuration: try SampleExperiment.recordings(
                path: scratch("set"),
                [
                    "features.network=on", "extractor.alpha=0.05", "classifiers.mlaram=off", "classifiers.ml-svm=off",
                    cached,
                ]))
        let plan = try training.plan()
        let features = MeasurementExtractor.allNames.count + 1280
        #expect(plan.contains("Features: \(features) per recording, network random (seed 1, alpha 0.05)"))
        #expect(!FileManager.default.fileExists(atPath: scratch("cache")))
        let whole = try training.run(output: scratch("whole"), resume: false, workers: Workers(count: 1))
        let expected = try results(in: whole.folder.path)
        for stage in [TrainingRun.Stage.features, .fold(1), .model] {
            let run = scratch("\(stage)")
            #expect(throws: Interruption.self) {
                try training.run(output: run, resume: false, workers: Workers(count: 3)) {
                    if $0 == stage { throw Interruption() }
                }
            }
            _ = try training.run(output: run, resume: true, workers: Workers(count: 2))
            #expect(try results(in: run) == expected, "\(stage)")
        }
    }

    @Test func `folds that are finished are not fitted again, unless the data has changed`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let training = TrainingRun(
            configuration: try SampleExperiment.configuration(
                ["dataset.split=index-kfold", "classifiers.mlaram=off", "classifiers.ml-svm=off"], path: path))
        let workers = Workers(count: 1)
        #expect(throws: Interruption.self) {
            try training.run(output: "\(folder)/run", resume: false, workers: workers) {
                if $0 == .fold(1) { throw Interruption() }
            }
        }
        // A mark on what is kept shows whether it was used.
        let kept = "\(folder)/run/checkpoint/fold-1/predictions.csv"
        let marked = try FileContent.text(of: kept).replacingOccurrences(of: "sample.arff#1,", with: "marked,")
        for file in ["predictions", "scores/baseline", "scores/binary-relevance"] {
            let path = "\(folder)/run/checkpoint/fold-1/\(file).csv"
            try AtomicFile.write(
                try FileContent.text(of: path).replacingOccurrences(of: "sample.arff#1,", with: "marked,"), to: path)
        }
        #expect(marked.contains("marked,"))
        #expect(throws: Interruption.self) {
            try training.run(output: "\(folder)/run", resume: true, workers: workers) {
                if $0 == .scores { throw Interruption() }
            }
        }
        #expect(try FileContent.text(of: "\(folder)/run/predictions.csv").contains("marked,"))

        let other = try FileContent.text(of: path).replacingOccurrences(of: "@relation sample", with: "@relation other")
        try AtomicFile.write(other, to: path)
        let outcome = try training.run(output: "\(folder)/run", resume: true, workers: workers)
        #expect(!(try FileContent.text(of: outcome.folder[.predictions])).contains("marked,"))
        #expect(try FileContent.text(of: outcome.folder[.log]).contains("Starting again."))
    }

    @Test func `a finished run says so and repeats its summary, another configuration is refused`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let overrides = ["classifiers.mlaram=off", "classifiers.ml-svm=off"]
        let training = TrainingRun(configuration: try SampleExperiment.configuration(overrides, path: path))
        let workers = Workers(count: 1)
        let first = try training.run(output: "\(folder)/run", resume: false, workers: workers)
        let before = try results(in: "\(folder)/run")
        // Not even the data is needed.
        try FileManager.default.removeItem(atPath: path)
        let again = try training.run(output: "\(folder)/run", resume: true, workers: workers)
        #expect(again.summary.hasPrefix("The run in \(folder)/run is already finished.\n"))
        #expect(again.summary.hasSuffix(first.summary))
        #expect(try results(in: "\(folder)/run") == before)
        let changed = TrainingRun(configuration: try SampleExperiment.configuration(overrides + ["seed=4"], path: path))
        #expect(throws: RunError.otherConfiguration(path: "\(folder)/run")) {
            try changed.run(output: "\(folder)/run", resume: true, workers: workers)
        }
        #expect(throws: RunError.folderNotEmpty(path: "\(folder)/run")) {
            _ = try RunFolder.create(name: "sample", asked: "\(folder)/run", resume: false)
        }
    }

    @Test func `a finished run whose model is gone is not reported as finished`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let training = TrainingRun(
            configuration: try SampleExperiment.configuration(
                ["classifiers.mlaram=off", "classifiers.ml-svm=off"], path: path))
        let run = try training.run(output: "\(folder)/run", resume: false, workers: Workers(count: 1)).folder
        try FileManager.default.removeItem(atPath: run[.model])
        #expect(throws: RunError.filesMissing(path: run.path, files: ["model.h5"])) {
            try training.run(output: run.path, resume: true, workers: Workers(count: 1))
        }
    }

    @Test func `a protocol that the data cannot have leaves no folder behind`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let training = TrainingRun(
            configuration: try SampleExperiment.configuration(["dataset.split=group-kfold"], path: path))
        #expect(throws: ProtocolError.noGroups(.groupKfold)) {
            try training.run(output: "\(folder)/run", resume: false, workers: Workers(count: 1))
        }
        #expect(throws: ProtocolError.noGroups(.groupKfold)) { try training.plan() }
        #expect(!FileManager.default.fileExists(atPath: "\(folder)/run"))
    }
}
