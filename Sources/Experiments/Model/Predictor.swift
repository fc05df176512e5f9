import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import NeuralNetwork

/// Answers for pictures with a trained model that is loaded once.
public struct Predictor: Sendable {
    public let model: TrainedModel
    private let extractor: FeatureExtractor

    /// Packs the model's network.
    ///
    /// - Throws: `EvaluationError.featuresOnly` for a model without a network.
    public init(model: TrainedModel, path: String) throws {
        self.model = model
        extractor = try model.extractor(cacheFolder: nil, model: path, dataset: "pictures")
    }

    /// The answer for each file, in order; a file that cannot be read has its error in its place.
    public func predictions(of files: [String], workers: Workers) throws -> [Result<Prediction, any Error>] {
        let contents = files.map { file in Result { try FileContent.bytes(of: file, limit: Page.Limits().bytes) } }
        return try predictions(of: zip(files, contents).map { ($0, $1) }, workers: workers)
    }

    /// The answer for each picture that is in memory already.
    ///
    /// - Parameter pictures: names, which go into the answers, with the files' bytes.
    public func predictions(
        of pictures: [(name: String, bytes: Result<Data, any Error>)], workers: Workers
    ) throws -> [Result<Prediction, any Error>] {
        let images = try workers.map(pictures.count) { index, _ in
            Result {
                let bytes = try pictures[index].bytes.get()
                let page = try Page(decoding: bytes, name: pictures[index].name)
                let image = try extractor.preprocessing.apply(to: page, name: pictures[index].name)
                return (digest: Digest(of: bytes), image: image)
            }
        }
        let readable = images.indices.filter { (try? images[$0].get()) != nil }
        let features = extractor.network.features(of: readable.map { try! images[$0].get().image }, workers: workers)
        let scores = model.ensemble.scores(features, workers: workers)
        let traces = readable.flatMap { index in
            (try? images[index].get()).map { TraceStatistics(of: $0.image).values.map(Float.init) } ?? []
        }
        let doubts = Doubts(
            of: features,
            traces: Matrix(rows: readable.count, columns: TraceStatistics.names.count, values: traces), by: model)
        let decisions = doubts.decide(scores, by: model.policy)
        var answers: [Result<Prediction, any Error>] = images.map { image in
            image.flatMap { _ in .failure(CancellationError()) }
        }
        for (row, index) in readable.enumerated() {
            answers[index] = images[index].map { image in
                Prediction(
                    file: pictures[index].name, contentDigest: image.digest, row: row, of: scores,
                    decision: decisions[row], by: model)
            }
        }
        return answers
    }
}
