import Classifiers
import LinearAlgebra
import Signals
import TestSupport
import Testing
import Training

@testable import Inference

@Suite struct BeatClassifierTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try SampleBeats.write(["a", "b", "c", "d", "e", "f"], to: scratch("set"))
    }

    private func trained() throws -> TrainedModel {
        let run = try TrainingRun(configuration: SampleExperiment.beats(path: scratch("set")))
            .run(output: scratch("run"), resume: false, workers: Workers(count: 2))
        return try ModelFile.read(run.folder[.model])
    }

    @Test func `beats are classified like those of the training`() throws {
        let model = try trained()
        #expect(model.input == .beats && model.measurements == BeatExtractor.allNames)
        let classifier = try BeatClassifier(model: model, path: "model.h5")
        let path = scratch("set/b")
        let recording = try WFDBRecord(path).recording
        let found = BeatDetector().beats(in: recording)
        var rows = 0
        let classified = try classifier.classify(found, of: recording, workers: Workers(count: 2)) {
            first, scores, decisions in
            #expect(first == rows && scores.columns == 5 && scores.rows == decisions.count)
            rows += scores.rows
        }
        #expect(rows == found.beats.count && classified.samples == found.samples)
        let marks = try WFDBAnnotations.read(path + ".atr", samplingRate: 125)
        let matching = BeatMatching(reference: marks.map(\.sample), test: classified.samples, tolerance: 5)
        let right = matching.pairs.count { pair in
            LabeledRecords.aamiClass(marks[pair.reference].symbol) == classified.beats[pair.test].beatClass
        }
        #expect(right >= marks.count - 3)
        // One worker gives the same classes.
        #expect(try classifier.classify(found, of: recording, workers: Workers(count: 1)) == classified)

        // Paced beats keep their class.
        let paced = found.with(classes: found.beats.map { _ in .unclassifiable })
        #expect(try classifier.classify(paced, of: recording, workers: Workers(count: 1)) == paced)

        let prediction = try BeatPrediction(of: path, by: classifier, workers: Workers(count: 2))
        #expect(prediction.beats.map(\.class) == classified.beats.map(\.beatClass.code))
        #expect(prediction.counts.values.reduce(0, +) == found.beats.count)
        #expect(throws: ModelFileError.otherInput(model: "m.h5", input: .beats, expected: .recording)) {
            try RecordingPredictor(model: model, path: "m.h5")
        }
    }

    @Test func `a model of pictures is refused`() throws {
        let pictures = try SampleModels.ofPictures()
        let error = #expect(throws: ModelFileError.self) { try BeatClassifier(model: pictures, path: "m.h5") }
        #expect(
            error?.description == "m.h5: the model reads pictures of beats, expected a model of beats of recordings.")
    }
}
