import Foundation
import LinearAlgebra
import TestSupport
import Testing
import Training

@testable import Inference

@Suite struct BeatPredictionTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        try SampleBeats.write(["a", "b", "c", "d"], to: scratch("set"))
    }

    @Test func `a recording has one line with all its beats`() throws {
        let run = try TrainingRun(configuration: SampleExperiment.beats(path: scratch("set"), ["dataset.folds=2"]))
            .run(output: scratch("run"), resume: false, workers: Workers(count: 2))
        let classifier = try BeatClassifier(model: ModelFile.read(run.folder[.model]), path: "model.h5")
        let found = try BeatPrediction(of: scratch("set/a"), by: classifier, workers: Workers(count: 2))
        let json = try found.jsonLine()
        #expect(!json.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(Set(object.keys) == ["file", "counts", "uncertain", "beats", "model", "notice"])
        let beats = try #require(object["beats"] as? [[String: Any]])
        #expect(beats.count == found.beats.count)
        for beat in beats {
            #expect(Set(beat.keys) == ["time_s", "class", "scores", "uncertain", "reasons"])
            let scores = try #require(beat["scores"] as? [String: Double])
            #expect(Set(scores.keys) == ["N", "S", "V", "F", "Q"])
            #expect(beat["class"] as? String == scores.max { $0.value < $1.value }?.key)
        }
        #expect(found.terminalText.hasPrefix("\(scratch("set/a")): \(beats.count) beats: N "))
        #expect(found.terminalText.contains("; \(found.uncertain) uncertain."))
        let codes = classifier.model.labelSpace.codes
        #expect(BeatPrediction.csvHeader(codes) == "file,time_s,class,uncertain,N,S,V,F,Q")
        let lines = found.csvLines(codes)
        #expect(lines.count == beats.count)
        #expect(lines[3].split(separator: ",").count == 9)

        try Data("no recording".utf8).write(to: URL(fileURLWithPath: scratch("note.txt")))
        #expect(throws: (any Error).self) {
            try BeatPrediction(of: scratch("note.txt"), by: classifier, workers: Workers(count: 1))
        }
    }
}
