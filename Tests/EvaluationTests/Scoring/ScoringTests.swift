import Datasets
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference

struct ScoringTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func score(
        _ dataset: String, model: TrainedModel, output: String = "out", all: Bool = false, skip: Bool = false
    ) throws -> Scoring.Outcome {
        try ModelFile.write(model, to: scratch("model.h5"))
        return try Scoring(
            model: scratch("model.h5"), dataset: scratch(dataset), output: scratch(output), scoreAll: all,
            skipUnreadable: skip, replicates: 5
        ).run(workers: Workers(count: 2))
    }

    /// Trains a model on pictures with the labels N, S and V.
    private static func model() throws -> TrainedModel {
        let aami = LabelSpace.aami
        let space = LabelSpace(name: aami.name, version: aami.version, labels: Array(aami.labels.prefix(3)))
        return try SampleModels.fit(
            SampleTables.table(rows: 12, columns: SampleModels.network.featureCount, space: space),
            network: SampleModels.network)
    }

    @Test func `a folder is scored as its pictures are predicted`() throws {
        _ = try SamplePictures.writeClasses(["N": 3, "V": 2], to: scratch, folder: "data")
        let model = try Self.model()
        let outcome = try score("data", model: model)
        #expect(outcome.result.part == "all" && outcome.result.n == 5 && outcome.result.labels == ["N", "S", "V"])
        #expect(try EvaluationResult(contentsOf: scratch("out/metrics.json")) == outcome.result)
        let table = try PredictionTable(contentsOf: scratch("out/predictions.csv"))
        #expect(table.paths == ["N/0.png", "N/1.png", "N/2.png", "V/0.png", "V/1.png"])
        let answers = try Predictor(model: model, path: "m").predictions(
            of: table.paths.map { scratch("data/\($0)") }, workers: Workers(count: 1))
        for (row, answer) in answers.enumerated() {
            #expect(try answer.get().labels.map(\.score) == Array(table.scores.row(row)))
        }
        #expect(try FileContent.text(of: scratch("out/report.html")).contains("</html>"))
        #expect(outcome.summary.contains("out/report.html"))
    }

    @Test func `only the test part is scored if there is one, unless all rows are requested`() throws {
        _ = try SamplePictures.write(4, to: scratch, folder: "data")
        try scratch.write(
            "data/manifest.csv", "path,labels,split\n0.png,N,train\n1.png,V,test\n2.png,S,\n3.png,N,test\n")
        let part = try score("data", model: Self.model())
        #expect(part.result.part == "test" && part.result.n == 2)
        // The second evaluation may overwrite the first, but no other files.
        #expect(try score("data", model: Self.model(), all: true).result.n == 4)
    }

    @Test func `unknown labels are rejected, known ones are reordered to those of the model`() throws {
        _ = try SamplePictures.writeClasses(["N": 2, "Q": 1], to: scratch, folder: "data")
        #expect {
            try score("data", model: Self.model())
        } throws: { error in
            guard case EvaluationError.labelsDiffer(_, ["Q"], _, ["N", "S", "V"]) = error else { return false }
            return true
        }
        #expect(try !scratch.names().contains("out"), "nothing is written")
        try FileManager.default.removeItem(atPath: scratch("data/Q"))
        let truth = try { _ in try PredictionTable(contentsOf: scratch("out/predictions.csv")).truth }(
            score("data", model: Self.model()))
        #expect(truth == LabelMatrix([[1, 0, 0], [1, 0, 0]]))
    }

    @Test func `a code with another meaning gives a warning`() throws {
        _ = try SamplePictures.writeClasses(["N": 2], to: scratch, folder: "data")
        let other = LabelSpace(
            name: "map", version: 3,
            labels: [
                .init(
                    code: "N", condition: .hypertrophy, explanation: "x", link: "https://example.org", standsFor: "N")
            ])
        try scratch.write("data/labels.yaml", other.yaml)
        let warnings = try score("data", model: Self.model()).result.warnings
        #expect(warnings.contains { $0.contains("N is Normal (") && $0.contains("map 3") })
        try FileManager.default.removeItem(atPath: scratch("data/labels.yaml"))
        #expect(try !score("data", model: Self.model()).result.warnings.contains { $0.contains("in the model") })
    }

    @Test func `features that were extracted in another way are rejected`() throws {
        let table = SampleTables.table(rows: 6)
        let model = try SampleModels.fit(table)
        try FeatureFile.write(table, extractor: model.extractor, to: scratch("same.h5"))
        #expect(try score("same.h5", model: model).result.n == 6)
        try FeatureFile.write(table, extractor: "as-drawn 224", to: scratch("other.h5"))
        #expect(throws: EvaluationError.self) { try score("other.h5", model: model, output: "b") }
        try FeatureFile.write(
            SampleTables.table(rows: 6, columns: 4), extractor: model.extractor, to: scratch("wide.h5"))
        #expect {
            try score("wide.h5", model: model, output: "c")
        } throws: { "\($0)".contains("found 4 features per sample") && "\($0)".contains("5") }
        _ = try SamplePictures.writeClasses(["N": 1], to: scratch, folder: "pictures")
        #expect { try score("pictures", model: model, output: "d") } throws: { "\($0)".contains("feature file") }
    }

    @Test func `unreadable and missing pictures are skipped and listed on request`() throws {
        _ = try SamplePictures.write(3, to: scratch, folder: "data")
        try scratch.write("data/1.png", "no picture")
        try scratch.write("data/manifest.csv", "path,labels\n0.png,N\n1.png,V\n2.png,S\nnone.png,N\n")
        #expect(throws: DatasetError.self) { try score("data", model: Self.model()) }
        let result = try score("data", model: Self.model(), skip: true).result
        #expect(result.n == 2)
        #expect(result.warnings.contains { $0.contains("1 of 4 pictures") })
        #expect(result.warnings.contains { $0.contains("1 pictures could not be read") })
    }
}
