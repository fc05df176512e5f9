import Classifiers
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing
import Training

@testable import Inference

@Suite struct RecordingPredictorTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try SampleRecordings.write(24, to: scratch("set"))
    }

    private func trained(_ overrides: [String] = []) throws -> TrainedModel {
        let run = try TrainingRun(configuration: SampleExperiment.recordings(path: scratch("set"), overrides))
            .run(output: scratch("run"), resume: false, workers: Workers(count: 2))
        return try ModelFile.read(run.folder[.model])
    }

    @Test func `recordings are classified like those of the training`() throws {
        let model = try trained()
        #expect(model.input == .recording && model.measurements == MeasurementExtractor.allNames)
        let predictor = try RecordingPredictor(model: model, path: "model.h5")
        let folder = scratch("set/records")
        let files = (0 ..< 24).map { "\(folder)/r\($0)" } + ["\(folder)/absent"]
        let answers = try predictor.predictions(of: files, workers: Workers(count: 2))
        let codes = model.labelSpace.codes
        let right = answers.dropLast().enumerated().count { number, answer in
            (try? answer.get())?.decision == [codes[number % 3]]
        }
        #expect(right > 19)
        #expect(throws: (any Error).self) { try answers.last!.get() }
        // One at a time gives the same answers.
        let alone = try predictor.predictions(of: [files[4]], workers: Workers(count: 1))[0].get()
        #expect(try alone == answers[4].get())
        #expect(alone.model.preprocessing == "measurements")
        #expect(throws: ModelFileError.otherInput(model: "m.h5", input: .recording, expected: .picture)) {
            try Predictor(model: model, path: "m.h5")
        }
    }

    private static let network = ["features.network=on", "extractor.alpha=0.05"]

    @Test(arguments: [("all", MeasurementExtractor.allNames.count), ("off", 0), ("qrsDuration, heartRate", 2)])
    func `a model with a network has everything in its file`(measurements: String, count: Int) throws {
        let model = try trained(Self.network + ["features.measurements=\(measurements)"])
        let names = model.measurements
        #expect(names.count == count)
        #expect(model.ensemble.preparation.inputCount == names.count + 1280)
        #expect(model.networkWeights == .random(alpha: 0.05, seed: 1))
        let files = (0 ..< 24).map { "\(scratch("set/records"))/r\($0)" }
        let answers = try RecordingPredictor(model: model, path: "model.h5")
            .predictions(of: files, workers: Workers(count: 2)).map { try $0.get() }
        // Evaluation has the same scores.
        let table = try model.fileFeatures(cacheFolder: nil, model: "model.h5", dataset: "set").extract(
            files: files, skipUnreadable: false, workers: Workers(count: 3), progress: { _, _ in }, note: { _ in })
        let scores = try model.ensemble.scores(table.features, workers: Workers(count: 1))
        for (row, answer) in answers.enumerated() {
            #expect(answer.labels.map(\.score) == Array(scores.scores.row(row)))
            let evidence = answer.labels.flatMap { $0.evidence ?? [] }
            for reason in evidence { #expect((reason.name == "usualBeats") == (reason.value == nil)) }
            if names.isEmpty { #expect(evidence.allSatisfy { $0.name == "usualBeats" && $0.share == 1 }) }
        }
        #expect(answers.contains { $0.labels.contains { $0.evidence?.contains { $0.name == "usualBeats" } ?? false } })
        let alone = try RecordingPredictor(model: model, path: "model.h5")
            .predictions(of: [files[4]], workers: Workers(count: 1))[0].get()
        #expect(alone == answers[4])
    }

    @Test func `a file whose network does not fit its features is refused`() throws {
        let model = try trained(Self.network)
        func refusal(_ size: Int, _ measurements: [String]) throws -> ModelFileError? {
            let edited = TrainedModel(
                name: model.name, labelSpace: model.labelSpace, input: .recording, measurements: measurements,
                preprocessing: Preprocessing(size: size), networkWeights: model.networkWeights,
                extractor: model.extractor, ensemble: model.ensemble, policy: model.policy,
                trainingSupport: model.trainingSupport, trainingRows: model.trainingRows,
                mostFrequentLabels: model.mostFrequentLabels, provenance: model.provenance)
            try ModelFile.write(edited, to: scratch("edited.h5"))
            return #expect(throws: ModelFileError.self) { try ModelFile.read(scratch("edited.h5")) }
        }
        let sized = try refusal(96, model.measurements)
        #expect(sized?.description.contains("/ preprocessing: found pictures of 96 pixels, expected 224") == true)
        let unnamed = try refusal(224, [])
        #expect(unnamed?.description.contains("/ measurements: found 0 names") == true)
    }

    @Test func `a model of pictures is refused`() throws {
        let pictures = try SampleModels.ofPictures()
        let error = #expect(throws: ModelFileError.self) { try RecordingPredictor(model: pictures, path: "m.h5") }
        #expect(
            error?.description == "m.h5: the model reads pictures of beats, expected a model of recordings and pages.")
    }
}
