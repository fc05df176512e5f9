import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference
@testable import Training

/// A model asked about pictures that are no ECG, end to end: small synthetic beats, an untrained network.
struct TrainingRunForeignPicturesTests {
    /// 300 × 200 pages that are not of a heart.
    private static func pages() -> [(name: String, page: Page)] {
        let (width, height) = (300, 200)
        var random = SeededGenerator(seed: 11)
        func page(_ grey: (Int, Int) -> Double) -> Page {
            Page(
                width: width, height: height,
                pixels: (0 ..< width * height).flatMap { index -> [UInt8] in
                    let value = UInt8(min(max(grey(index % width, index / width), 0), 255))
                    return [value, value, value]
                })
        }
        let blocks = (0 ..< 600).map { _ in random.uniform() < 0.5 }
        let letters = (0 ..< 4000).map { _ in random.uniform() < 0.45 }
        let waves = (0 ..< 12).map { octave -> (Double, Double, Double, Double) in
            let frequency = Double(octave + 1)
            return (
                random.uniform(in: -1 ... 1) * frequency, random.uniform(in: -1 ... 1) * frequency,
                random.uniform(in: 0 ... 6.3), 60 / frequency
            )
        }
        var noise = SeededGenerator(seed: 12)
        return [
            (
                "photo",
                page { x, y in
                    waves.reduce(128) { sum, wave in
                        let angle = 6.3 * (wave.0 * Double(x) / 300 + wave.1 * Double(y) / 200) + wave.2
                        return sum + wave.3 * sin(angle) * 1.5
                    }
                }
            ),
            ("code", page { x, y in blocks[min(y / 10, 19) * 30 + x / 10] ? 0 : 255 }),
            (
                "text",
                page { x, y in
                    // Lines of 12 pixels with letters of 5 × 7 dots.
                    guard y % 12 < 7, x % 6 < 5, 10 ..< 290 ~= x, 10 ..< 190 ~= y else { return 255 }
                    return letters[(y * 37 + x / 2 * 11) % 4000] ? 0 : 255
                }
            ),
            ("noise", page { _, _ in 255 * noise.uniform() }),
            ("blank", page { _, _ in 255 }),
            ("logo", page { x, y in (x - 150) * (x - 150) + (y - 100) * (y - 100) < 3600 ? 30 : 255 }),
            ("bars", page { x, y in x % 50 < 30 && y > 20 + 13 * (x / 50) * (x / 50 % 3) ? 90 : 255 }),
        ]
    }

    /// Expects that pages are refused or called no ECG before anything else is said of them.
    private func expectForeign(
        _ pages: [(name: String, page: Page)], to predictor: Predictor, _ workers: Workers
    ) throws {
        for (name, page) in pages {
            let answer = try predictor.predictions(of: [(name, .success(page.pngData()))], workers: workers)[0]
            // A blank page and noise have no ink that hangs together: an error in words.
            guard case .success(let prediction) = answer else { continue }
            #expect(prediction.uncertain && prediction.reasons.contains(.notAnECG), "\(name)")
            let start = "\(name): UNCERTAIN: the picture does not look like the ECG pictures"
            #expect(prediction.terminalText.hasPrefix(start), "\(name)")
            #expect(!prediction.terminalText.lowercased().contains("normal"), "\(name)")
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `with ImageNet's network photos and logos are no ECG either`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workers = Workers(count: 4)
        try SyntheticBeats.write(to: "\(folder)/beats", perClass: 10, seed: 3, workers: workers)
        let weights = SharedMaterial.path("weights/mobilenet_v2_1.0_224_no_top_imagenet.h5")
        let configuration = try SampleExperiment.configuration(
            [
                "extractor.weights=\(weights)", "extractor.cache=off", "audit=off", "classifiers.mlaram.vigilance=0.9",
                "dataset.folds=3",
            ], path: "\(folder)/beats")
        _ = try TrainingRun(configuration: configuration).run(output: "\(folder)/run", resume: false, workers: workers)
        let predictor = try Predictor(model: ModelFile.read("\(folder)/run/model.h5"), path: "model.h5")
        try expectForeign(Self.pages(), to: predictor, workers)
    }

    @Test func `pictures of something else are refused or called no ECG, beats are not`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let workers = Workers(count: 4)
        try SyntheticBeats.write(to: "\(folder)/beats", perClass: 10, seed: 3, workers: workers)
        let configuration = try SampleExperiment.configuration(
            [
                "extractor.alpha=0.35", "preprocessing.size=64", "extractor.cache=off", "audit=off",
                "classifiers.binary-relevance.C=0.01", "uncertainty.rule=both", "dataset.tuning_folds=3",
            ], path: "\(folder)/beats")
        let outcome = try TrainingRun(configuration: configuration).run(
            output: "\(folder)/run", resume: false, workers: workers)

        let result = try EvaluationResult(contentsOf: "\(folder)/run/metrics.json")
        let riskCoverage = try #require(result.riskCoverage)
        #expect(abs((1 - riskCoverage.coverage) - (try #require(result.metrics[.uncertainFraction]))) < 1e-12)
        #expect(result.coverage?.promised == 0.9 && result.coverage?.labels.count == 6)
        #expect(result.warnings.contains { $0.contains("calibration rows") })
        #expect(FileManager.default.fileExists(atPath: "\(folder)/run/plots/risk-coverage.svg"))
        #expect(FileManager.default.fileExists(atPath: "\(folder)/run/scores/conformal.csv"))
        #expect(outcome.summary.contains("of samples are uncertain"))

        let model = try ModelFile.read("\(folder)/run/model.h5")
        let check = try #require(model.outOfDistributionCheck)
        #expect(check.traces != nil && model.policy.conformal != nil)
        let predictor = try Predictor(model: model, path: "model.h5")
        // Neutral ink leaves outlines of photo and logo, and a network of chance at 64 pixels sees mere lines in them.
        try expectForeign(Self.pages().filter { !["photo", "logo"].contains($0.name) }, to: predictor, workers)
        let blank = try predictor.predictions(
            of: [("blank", .success(Self.pages()[4].page.pngData()))], workers: workers)[0]
        #expect(throws: ImageError.self) { try blank.get() }

        // New beats of the same kind. The bound is the largest of a few distances, so an alarm is rare but may be.
        try SyntheticBeats.write(to: "\(folder)/more", perClass: 3, seed: 8, workers: workers)
        let more = try Dataset(contentsOf: "\(folder)/more")
        let answers = try predictor.predictions(of: more.samples.map { more.path(of: $0) }, workers: workers)
        let alarms = try answers.count { try $0.get().reasons.contains(.notAnECG) }
        #expect(alarms <= 3, "\(alarms) of \(answers.count)")
    }
}
