import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork

/// Classifies pictures with a trained model that is loaded once.
public struct Predictor: Sendable {
    public let model: TrainedModel
    let extractor: FeatureExtractor
    let randomized: RandomizedNetworks

    /// Prepares the model's network for inference.
    ///
    /// - Throws: `ModelFileError.featuresOnly` for a model without a network.
    public init(model: TrainedModel, path: String) throws {
        self.model = model
        extractor = try model.extractor(cacheFolder: nil, model: path, dataset: "pictures")
        randomized = RandomizedNetworks(like: model.networkWeights, inputSize: model.preprocessing.size)
    }

    /// Returns the prediction for each file, in order. A file that cannot be read yields its error.
    public func predictions(of files: [String], workers: Workers) throws -> [Result<Prediction, any Error>] {
        try answers(for: files, workers: workers) { try FileContent.bytes(of: files[$0], limit: Page.Limits().bytes) }
    }

    /// Returns the prediction for each picture in memory.
    ///
    /// - Parameters:
    ///   - pictures: The names, which appear in the predictions, and the bytes of the files.
    ///   - limits: The largest picture that is accepted.
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

    /// - Parameter bytes: Loads a picture by index, when a worker needs it. Few files are in memory at a time.
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
