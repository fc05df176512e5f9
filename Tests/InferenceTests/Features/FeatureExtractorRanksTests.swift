import Datasets
import Distribution
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork
import TestSupport
import Testing

@testable import Inference

struct FeatureExtractorRanksTests {
    private let scratch: Scratch
    private let folder: String
    private static let weights = NetworkWeights(weights: SampleModels.network, description: "narrow")

    init() throws {
        scratch = try Scratch()
        folder = try SamplePictures.writeClasses(["N": 20, "V": 19], to: scratch, folder: "data")
        try scratch.write("data/V/1.png", "no picture")
    }

    /// Writes a feature file with several ranks. Returns the message of each rank.
    private func make(_ name: String, ranks: Int, cache: String? = nil) -> [String?] {
        let (folder, output) = (folder, scratch(name))
        return LocalRanks.run(ranks) { ranks in
            do {
                return try FeatureFile.make(
                    dataset: folder, weights: Self.weights, preprocessing: Preprocessing(size: 32), output: output,
                    skipUnreadable: true, cacheFolder: cache, workers: Workers(count: 2), ranks: ranks)
            } catch { return "\(error)" }
        }
    }

    @Test func `a feature file has the same bytes for 1, 2 and 3 ranks, also with a damaged picture`() throws {
        let alone = try #require(make("1.h5", ranks: 1)[0])
        #expect(alone.contains("Skipped \(folder)/V/1.png"))
        for count in 2 ... 3 {
            let texts = make("\(count).h5", ranks: count)
            #expect(texts[0] == alone.replacing("1.h5", with: "\(count).h5"))
            #expect(texts.dropFirst().allSatisfy { $0 == nil })
            #expect(try Digest(ofFile: scratch("\(count).h5")) == Digest(ofFile: scratch("1.h5")))
        }
    }

    @Test func `rank 0 hands out only the pictures that its cache lacks`() throws {
        let cache = scratch("cache")
        _ = make("first.h5", ranks: 2, cache: cache)
        try scratch.write("data/N/more.png", SamplePictures.png(99))
        _ = make("second.h5", ranks: 2, cache: cache)
        _ = make("alone.h5", ranks: 1)
        #expect(try Digest(ofFile: scratch("second.h5")) == Digest(ofFile: scratch("alone.h5")))
        let extractor = FeatureExtractor(
            preprocessing: Preprocessing(size: 32), network: MobileNetV2(SampleModels.network, inputSize: 32),
            cacheFolder: cache)
        let dataset = try Dataset(contentsOf: folder)
        let extraction = try extractor.extract(
            files: dataset.samples.map { dataset.path(of: $0) }, skipUnreadable: true, workers: Workers(count: 1),
            progress: { _, _ in })
        #expect(extraction.cached == 39 && extraction.unreadable.count == 1)
    }
}
