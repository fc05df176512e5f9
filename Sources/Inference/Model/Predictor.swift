import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork

/// Answers for pictures with a trained model that is loaded once.
public struct Predictor: Sendable {
    public let model: TrainedModel
    let extractor: FeatureExtractor
    let randomized: RandomizedNetworks

    /// Packs the model's network.
    ///
    /// - Throws: `ModelFileError.featuresOnly` for a model without a network.
    public init(model: TrainedModel, path: String) throws {
        self.model = model
        extractor = try model.extractor(cacheFolder: nil, model: path, dataset: "pictures")
        randomized = RandomizedNetworks(like: model.networkWeights, inputSize: model.preprocessing.size)
    }

    /// The answer for each file, in order; a file that cannot be read has its error in its place.
    public func predictions(of files: [String], workers: Workers) throws -> [Result<Prediction, any Error>] {
        try answers(for: files, workers: workers) { try FileContent.bytes(of: files[$0], limit: Page.Limits().bytes) }
    }

    /// The answer for each picture that is in memory already.
    ///
    /// - Parameters:
    ///   - pictures: names, which go into the answers, with the files' bytes.
    ///   - limits: what a picture beyond them is refused by.
    public func predictions(
        of pictures: [(name: String, bytes: Result<Data, any Error>)], workers: Workers,
        limits: Page.Limits = Page.Limits()
    ) throws -> [Result<Prediction, any Error>] {
        try answers(for: pictures.map(\.name), workers: workers, limits: limits) { try pictures[$0].bytes.get() }
    }

    /// A picture that is ready for the network.
    private struct Prepared: Sendable {
        let digest: Digest
        let image: GrayImage
    }

    /// - Parameter bytes: of a picture; asked for when its turn comes, so that few files are in memory at a time.
    private func answers(
        for names: [String], workers: Workers, limits: Page.Limits = Page.Limits(),
        bytes: @Sendable (Int) throws -> Data
    ) throws -> [Result<Prediction, any Error>] {
        let prepared = try workers.map(names.count) { index, _ in
            Result {
                let bytes = try bytes(index)
                let page = try Page(decoding: bytes, name: names[index], limits: limits)
                return Prepared(
                    digest: Digest(of: bytes), image: try extractor.preprocessing.apply(to: page, name: names[index]))
            }
        }
        let images = prepared.compactMap { try? $0.get().image }
        let features = extractor.network.features(of: images, workers: workers)
        let scores = try model.ensemble.scores(features, workers: workers)
        let traces = Matrix(
            rows: images.count, columns: TraceStatistics.names.count,
            values: images.flatMap { TraceStatistics(of: $0).values.map(Float.init) })
        let decisions = DecisionReasons(of: features, traces: traces, by: model).decide(scores, by: model.policy)
        var row = 0
        return prepared.enumerated().map { index, result in
            result.map { picture in
                defer { row += 1 }
                return Prediction(
                    file: names[index], contentDigest: picture.digest, row: row, of: scores, decision: decisions[row],
                    by: model)
            }
        }
    }
}
