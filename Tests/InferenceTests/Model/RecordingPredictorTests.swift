import Classifiers
import Foundation
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

    private func trained() throws -> TrainedModel {
        let run = try TrainingRun(configuration: SampleExperiment.recordings(path: scratch("set")))
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

    @Test func `a model of pictures is refused`() throws {
        let pictures = try SampleModels.ofPictures()
        let error = #expect(throws: ModelFileError.self) { try RecordingPredictor(model: pictures, path: "m.h5") }
        #expect(
            error?.description == "m.h5: the model reads pictures of beats, expected a model of recordings and pages.")
    }
}
