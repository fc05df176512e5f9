import Classifiers
import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Inference

struct PredictorTests {
    private let scratch: Scratch
    private let model: TrainedModel
    private let predictor: Predictor

    init() throws {
        scratch = try Scratch()
        model = try ModelFile.write(SampleModels.ofPictures(), to: scratch("model.h5"))
        predictor = try Predictor(model: model, path: scratch("model.h5"))
    }

    @Test func `predictions equal those of extractor, ensemble and policy, in the order of the files`() throws {
        let files = try SamplePictures.write(5, to: scratch)
        let answers = try predictor.predictions(of: files, workers: Workers(count: 3)).map { try $0.get() }
        let extractor = try model.extractor(cacheFolder: nil, model: "m", dataset: "d")
        let features = try extractor.extract(
            files: files, skipUnreadable: false, workers: Workers(count: 1)
        ) { _, _ in }.features
        let scores = try model.ensemble.scores(features, workers: Workers(count: 1))
        let decisions = model.policy.decide(
            scores: scores.scores, decision: scores.decision, memberScores: scores.memberScores)
        for (row, answer) in answers.enumerated() {
            #expect(answer.file == files[row])
            #expect(answer.labels.map(\.score) == Array(scores.scores.row(row)))
            #expect(answer.decision == decisions[row].labels.map { model.labelSpace.codes[$0] })
            #expect(answer.labels.map(\.decided) == scores.decision.row(row).map { $0 == 1 })
            #expect(answer.uncertain == decisions[row].uncertain && answer.reasons == decisions[row].reasons)
            for (member, name) in ["binary-relevance", "mlaram", "ml-svm"].enumerated() {
                #expect(answer.labels.map { $0.votes[name] } == scores.memberScores[member].row(row).map { $0 })
            }
        }
    }

    @Test func `an unreadable file yields its error, and the others their predictions`() throws {
        var files = try SamplePictures.write(2, to: scratch)
        files.insert(try scratch.write("text.png", "no picture"), at: 0)
        files.insert(try scratch.write("blank.png", SamplePictures.blank()), at: 2)
        files.append(scratch("none.png"))
        let answers = try predictor.predictions(of: files, workers: Workers(count: 2))
        for (index, words) in [(0, "text.png"), (2, "blank"), (4, "no such file")] {
            #expect { try answers[index].get() } throws: { "\($0)".contains(words) }
        }
        let alone = try predictor.predictions(of: [files[1], files[3]], workers: Workers(count: 1))
        #expect(try answers[1].get() == alone[0].get() && answers[3].get() == alone[1].get())
    }

    @Test func `only broken files, or no files at all, are accepted`() throws {
        let broken = try predictor.predictions(of: [scratch("none.png")], workers: Workers(count: 2))
        #expect(broken.count == 1 && (try? broken[0].get()) == nil)
        #expect(try predictor.predictions(of: [String](), workers: Workers(count: 2)).isEmpty)
    }

    @Test func `a picture in memory has the same prediction as its file`() throws {
        let files = try SamplePictures.write(1, to: scratch)
        let bytes = try FileContent.bytes(of: files[0])
        struct Lost: Error {}
        let answers = try predictor.predictions(
            of: [(files[0], .success(bytes)), ("lost.png", .failure(Lost()))], workers: Workers(count: 1))
        #expect(try answers[0].get() == predictor.predictions(of: files, workers: Workers(count: 1))[0].get())
        #expect(throws: Lost.self) { try answers[1].get() }
    }

    @Test func `the id depends on model and content, not on the name`() throws {
        let one = try scratch.write("one.png", SamplePictures.png(1))
        let same = try scratch.write("same.png", SamplePictures.png(1))
        let other = try scratch.write("other.png", SamplePictures.png(2))
        let ids = try predictor.predictions(of: [one, same, other], workers: Workers(count: 1)).map { try $0.get().id }
        #expect(ids[0] == ids[1] && ids[0] != ids[2] && ids[0].count == 32)
    }

    @Test func `a model of a feature file rejects pictures`() throws {
        let features = try SampleModels.fit()
        #expect { try Predictor(model: features, path: "m.h5") } throws: { error in
            "\(error)".contains("m.h5") && "\(error)".contains("feature file")
        }
    }
}
