import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork
import Testing

@testable import Evaluation
@testable import Inference
@testable import Runs
@testable import Training

/// Tests `heartsense evaluate --robustness` with a small model.
struct RobustnessScoringTests {
    /// Trains on the pictures of the folder, with a narrow network of random weights.
    private func model(in folder: RobustnessFolder) throws -> String {
        let config = folder["experiment.yaml"]
        try AtomicFile.write("name: robustness\ndataset:\n  path: \(folder["pictures"])\n", to: config)
        let configuration = try ExperimentConfiguration(
            file: config,
            overrides: [
                "preprocessing.size=32", "extractor.alpha=0.35", "extractor.cache=off", "evaluation.bootstrap=0",
                "classifiers.mlaram=off", "classifiers.ml-svm=off", "dataset.folds=2",
            ])
        let outcome = try TrainingRun(configuration: configuration)
            .run(output: folder["run"], resume: false, workers: Workers(count: 2))
        return outcome.folder[.model]
    }

    private func scoring(_ model: String, _ folder: RobustnessFolder, output: String, data: String = "pictures")
        -> Scoring
    {
        Scoring(
            model: model, dataset: folder[data], output: folder[output], replicates: 20, cacheFolder: folder["cache"],
            robustness: true)
    }

    private func texts(_ folder: String) throws -> [String: String] {
        var texts: [String: String] = [:]
        for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/robustness") {
            texts[name] = try FileContent.text(of: "\(folder)/robustness/\(name)")
        }
        return texts
    }

    @Test func `every perturbation is scored on the same rows, equally for any number of threads and from the cache`()
        throws
    {
        let folder = try RobustnessFolder()
        try folder.writePictures(perClass: 4)
        try RobustnessFolder.faintLine.writePNG(to: folder.file("N", 8))
        let model = try model(in: folder)
        let outcome = try scoring(model, folder, output: "one").run(workers: Workers(count: 1))
        let one = try texts(folder["one"])
        #expect(
            Set(one.keys)
                == Set(Perturbation.allCases.map { "\($0.rawValue).csv" } + ["refused.csv"]))

        let clean = try PredictionTable(contentsOf: folder["one/predictions.csv"])
        for kind in Perturbation.allCases {
            let table = try PredictionTable(contentsOf: RobustnessFiles.path(kind, in: folder["one"]))
            #expect(table.paths == clean.paths && table.truth == clean.truth && table.codes == clean.codes)
        }
        let refused = try CSVTable(contentsOf: folder["one/robustness/refused.csv"]).rows.map(\.fields)
        #expect(refused.contains { $0[0] == "blur" && $0[1] == "N/N-8.png" && $0[2].contains("blank") })
        let blurred = try PredictionTable(contentsOf: RobustnessFiles.path(.blur, in: folder["one"]))
        let row = try #require(blurred.paths.firstIndex(of: "N/N-8.png"))
        #expect(blurred.uncertain[row] && blurred.scores.row(row).allSatisfy { $0 == 0 })
        #expect(blurred.decision.labels(ofRow: row).isEmpty)

        // One cache file for the original pictures and one for each perturbation.
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder["cache"]).filter { $0.hasSuffix(".h5") }.count
                == 11)
        // Half of them are read from the cache, half are computed again.
        let digests = try FileManager.default.contentsOfDirectory(atPath: folder["cache"]).sorted()
        for file in digests[..<(digests.count / 2)] {
            try FileManager.default.removeItem(atPath: folder["cache/\(file)"])
        }
        let trained = try ModelFile.read(model)
        let data = try Dataset(contentsOf: folder["pictures"])
        try RobustnessScoring(
            model: trained,
            extractor: trained.extractor(cacheFolder: folder["cache"], model: model, dataset: folder["pictures"]),
            dataset: data, truth: data.truth, log: RunLog.logger(appendingTo: nil)
        ).run(output: folder["again"], workers: Workers(count: 4))
        #expect(try texts(folder["again"]) == one)

        // The reports.
        for text in [outcome.summary, try FileContent.text(of: folder["one/report.html"])] {
            for kind in Perturbation.allCases { #expect(text.contains(kind.rawValue)) }
        }
        for file in ["robustness.json", "plots/robustness.svg", "plots/disturbances.svg"] {
            #expect(FileManager.default.fileExists(atPath: folder["one/\(file)"]))
        }

        // A second evaluation without robustness removes the files of the first.
        _ = try Scoring(model: model, dataset: folder["pictures"], output: folder["one"], replicates: 0)
            .run(workers: Workers(count: 2))
        for name in ["robustness", "robustness.json", "plots/robustness.svg", "plots/disturbances.svg"] {
            #expect(!FileManager.default.fileExists(atPath: folder["one/\(name)"]))
        }
        #expect(FileManager.default.fileExists(atPath: folder["one/plots/confusion.svg"]))
    }

    @Test func `features instead of pictures are rejected before anything is written`() throws {
        let folder = try RobustnessFolder()
        try folder.writePictures(perClass: 3)
        let model = try model(in: folder)
        _ = try FeatureFile.make(
            dataset: folder["pictures"], weights: NetworkWeights.load(nil, alpha: 0.35, seed: 1),
            preprocessing: Preprocessing(size: 32), output: folder["features.h5"], skipUnreadable: false,
            cacheFolder: nil, workers: Workers(count: 2))
        #expect(throws: EvaluationError.perturbationNeedsPictures(dataset: folder["features.h5"])) {
            try scoring(model, folder, output: "out", data: "features.h5").run(workers: Workers(count: 1))
        }
        #expect(!FileManager.default.fileExists(atPath: folder["out"]))
    }

    @Test func `perturbations, seeds and original pictures share no cache`() {
        let network = MobileNetV2(.random(alpha: 0.35, seed: 1), inputSize: 32)
        let clean = FeatureExtractor(preprocessing: Preprocessing(size: 32), network: network, cacheFolder: nil)
        var all = [clean]
        for kind in Perturbation.allCases {
            for seed in [UInt64(1), 2] { all.append(clean.perturbed(by: SeededPerturbation(kind, seed: seed))) }
        }
        #expect(Set(all.map(\.digest)).count == 21)
        #expect(Set(all.map(\.label)).count == 21)
    }
}
