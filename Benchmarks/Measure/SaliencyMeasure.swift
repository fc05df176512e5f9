import ArgumentParser
import Datasets
import Foundation
import Imaging
import Inference
import LinearAlgebra

/// Measures whether saliency shows the pixels that a score depends on.
///
/// It removes ink in the order of saliency. The score must decrease faster than with ink removed in random cells.
///
/// - Source: Petsiuk et al., BMVC 2018 (the deletion game); Adebayo et al., NeurIPS 2018 (randomization).
struct SaliencyMeasure: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saliency",
        abstract: "Measures the faithfulness of saliency, its correlation with random networks, and its cost.",
        discussion: "Prints a table for the first decided label of some pictures of each class.")

    @Argument(help: "A model file.") var model: String
    @Argument(help: "A folder with one sub-folder per class.") var pictures: String
    @Option(help: "Pictures per class, spread over its files.") var perClass = 14

    private static let shares = [0.05, 0.1, 0.2, 0.3, 0.5]
    private static let cells = 14

    /// The results of one picture.
    private struct Outcome {
        let score: Double
        /// One value per share.
        let ranked: [Double]
        let random: [Double]
        let correlation: Double?
        let seconds: Double
    }

    func run() throws {
        let predictor = try Predictor(model: try ModelFile.read(model), path: model)
        let outcomes = try files(of: predictor.model.labelSpace).enumerated().compactMap { number, file in
            try outcome(of: file, number: number, predictor)
        }
        guard !outcomes.isEmpty else { throw ValidationError("\(pictures): no picture has a decided label") }
        func mean(_ value: (Outcome) -> Double) -> String {
            String(format: "%8.3f", outcomes.map(value).reduce(0, +) / Double(outcomes.count))
        }
        print("\(outcomes.count) pictures with a decided label; mean score\(mean(\.score))")
        print("ink removed       " + Self.shares.map { String(format: "%7.0f%%", 100 * $0) }.joined())
        print("by saliency       " + Self.shares.indices.map { index in mean { $0.ranked[index] } }.joined())
        print("random cells      " + Self.shares.indices.map { index in mean { $0.random[index] } }.joined())
        let correlations = outcomes.compactMap(\.correlation).sorted()
        guard !correlations.isEmpty else { return }
        let quantiles = [0.1, 0.5, 0.9].map { correlations[Int($0 * Double(correlations.count - 1))] }
        print(
            "correlation with random networks, 10 %, median, 90 %"
                + quantiles.map { String(format: "%8.3f", $0) }.joined()
                + "; above 0.5: \(correlations.count { $0 > 0.5 }); flat: \(outcomes.count - correlations.count)")
        print("CPU seconds per picture, with three random networks\(mean(\.seconds))")
    }

    private func files(of space: LabelSpace) throws -> [String] {
        try space.codes.flatMap { code -> [String] in
            let folder = "\(pictures)/\(code)"
            guard FileManager.default.fileExists(atPath: folder) else { return [] }
            let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
            let count = min(perClass, names.count)
            return (0 ..< count).map { "\(folder)/\(names[$0 * names.count / count])" }
        }
    }

    private func outcome(of file: String, number: Int, _ predictor: Predictor) throws -> Outcome? {
        let workers = Workers(count: 1)
        guard let answer = try? predictor.predictions(of: [file], workers: workers)[0].get(),
            let label = answer.labels.firstIndex(where: \.decided)
        else { return nil }
        let picture = try predictor.model.preprocessing.apply(to: Page(contentsOf: file), name: file)
        let explainer = predictor.explainer(workers)
        let before = Self.processSeconds
        guard let finding = try explainer.explain(picture, labels: [label]).first else { return nil }
        let seconds = Self.processSeconds - before
        var generator = SeededGenerator(seed: 1, purpose: "saliency", index: number)
        let chances = (0 ..< Self.cells * Self.cells).map { _ in generator.uniform() }
        func scores(_ value: (_ x: Double, _ y: Double) -> Double) throws -> [Double] {
            let features = explainer.features(removed(from: picture, by: value))
            let scores = try explainer.scores(features)
            return (0 ..< scores.rows).map { scores[$0, label] }
        }
        return Outcome(
            score: finding.score, ranked: try scores(finding.map.value),
            random: try scores { x, y in
                chances[Int(y * Double(Self.cells)) * Self.cells + Int(x * Double(Self.cells))]
            }, correlation: finding.correlation, seconds: seconds)
    }

    /// Returns the picture with increasing shares of its ink removed, highest values first.
    private func removed(from picture: GrayImage, by value: (Double, Double) -> Double) -> [GrayImage] {
        let (width, height) = (picture.width, picture.height)
        let ink = picture.pixels.indices.filter { picture.pixels[$0] < 255 }.map { index in
            let place = ((Double(index % width) + 0.5) / Double(width), (Double(index / width) + 0.5) / Double(height))
            return (index: index, value: value(place.0, place.1))
        }.sorted { ($0.value, $1.index) > ($1.value, $0.index) }
        return Self.shares.map { share in
            var less = picture
            for pixel in ink.prefix(Int(share * Double(ink.count))) { less.pixels[pixel.index] = 255 }
            return less
        }
    }

    private static var processSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }
}
