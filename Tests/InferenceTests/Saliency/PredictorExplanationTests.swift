import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

struct PredictorExplanationTests {
    private let scratch: Scratch
    private let predictor: Predictor

    init() throws {
        scratch = try Scratch()
        let model = try ModelFile.write(
            SampleModels.fit(
                SampleTables.table(rows: 12, columns: SampleModels.network.featureCount),
                network: SampleModels.network, parameters: .init(thresholds: .fixed(0.3))), to: scratch("model.h5"))
        predictor = try Predictor(model: model, path: scratch("model.h5"))
    }

    /// Returns predictions for pictures, at least one with a decided label.
    private func decided() throws -> (prediction: Prediction, bytes: Data) {
        for number in 0 ..< 40 {
            let bytes = try SamplePictures.png(number)
            let answer = try predictor.predictions(
                of: [("\(number).png", .success(bytes))], workers: Workers(count: 1))[0].get()
            if !answer.decision.isEmpty { return (answer, bytes) }
        }
        throw CocoaError(.featureUnsupported)
    }

    @Test func `only decided labels are explained, and nothing else changes`() throws {
        let (prediction, bytes) = try decided()
        let explained = try predictor.explain(prediction, picture: bytes, workers: Workers(count: 2))
        for (before, after) in zip(prediction.labels, explained.labels) {
            #expect((after.saliency != nil) == before.decided)
            #expect(before.score == after.score && before.votes == after.votes)
        }
        let json = try explained.jsonLine()
        #expect(json.contains("\"saliency\":{") && json.contains("\"status\":\""))
        #expect(!(try prediction.jsonLine()).contains("saliency"), "saliency is absent unless requested")
        #expect(try JSONDecoder().decode(Prediction.self, from: Data(json.utf8)) == explained)
    }

    @Test func `saliency does not depend on threads or on the predictor instance`() throws {
        let (prediction, bytes) = try decided()
        let one = try predictor.explain(prediction, picture: bytes, workers: Workers(count: 1))
        let other = try Predictor(model: predictor.model, path: "again")
            .explain(prediction, picture: bytes, workers: Workers(count: 4))
        #expect(one == other)
    }

    @Test func `without a decision there is no explanation`() throws {
        let (prediction, bytes) = try decided()
        var none = prediction
        none.labels = prediction.labels.map {
            .init(
                code: $0.code, name: $0.name, condition: $0.condition, score: $0.score, decided: false, untrained: nil,
                undecided: nil,
                explanation: $0.explanation, link: $0.link, votes: $0.votes, evidence: nil)
        }
        #expect(try predictor.explain(none, picture: bytes, workers: Workers(count: 1)) == none)
    }

    @Test func `files of the same name get different picture names`() throws {
        let (prediction, bytes) = try decided()
        var explained = try predictor.explain(prediction, picture: bytes, workers: Workers(count: 1))
        let index = try #require(explained.labels.firstIndex { $0.decided })
        explained.labels[index].saliency = .init(
            status: .shown, correlation: 0, region: nil, scoreWithout: 0, text: "", png: bytes, file: nil)
        for other in explained.labels.indices where other != index { explained.labels[other].saliency = nil }
        var pictures = SaliencyPictures(folder: scratch("why/deep"))
        var (first, second) = (explained, explained)
        try pictures.write(&first)
        try pictures.write(&second)
        let code = explained.labels[index].code
        let stem = String(prediction.file.dropLast(4))
        #expect(first.labels[index].saliency?.file == scratch("why/deep/\(stem)-\(code).png"))
        #expect(second.labels[index].saliency?.file == scratch("why/deep/\(stem)-2-\(code).png"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: scratch("why/deep/\(stem)-2-\(code).png"))) == bytes)
        #expect(first.labels[index].saliency?.png == nil, "the JSON has the path instead of the picture")
    }
}
