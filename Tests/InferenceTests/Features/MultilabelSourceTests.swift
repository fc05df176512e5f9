import Datasets
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference
@testable import Training

@Suite struct MultilabelSourceTests {
    @Test func `a model trained on an ARFF file scores another file with the same columns`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let training = TrainingRun(
            configuration: try SampleExperiment.configuration(["classifiers.mlaram=off"], path: path))
        let run = try training.run(output: "\(folder)/run", resume: false, workers: Workers(count: 1))
        let scored = try Scoring(
            model: run.folder[.model], dataset: path, output: "\(folder)/scores", replicates: 0
        ).run(workers: Workers(count: 1))
        #expect(scored.result.n == 48)
        #expect(scored.result.labels == ["N", "S", "V"])

        let renamed = try FileContent.text(of: path).replacingOccurrences(of: " f3 ", with: " g3 ")
        try AtomicFile.write(renamed, to: path)
        #expect(throws: EvaluationError.self) {
            try Scoring(model: run.folder[.model], dataset: path, output: "\(folder)/other", replicates: 0)
                .run(workers: Workers(count: 1))
        }
    }

    @Test func `the digest depends on the table and its labels`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = try SampleExperiment.writeARFF(to: folder)
        let first = try MultilabelSource.read(path, labelSpace: nil)
        #expect(try MultilabelSource.read(path, labelSpace: nil).table.digest == first.table.digest)
        try AtomicFile.write("<labels><label name=\"N\"/><label name=\"S\"/></labels>", to: "\(folder)/sample.xml")
        let second = try MultilabelSource.read(path, labelSpace: nil)
        #expect(second.table.digest != first.table.digest)
        #expect(second.table.features.columns == 7)
        #expect(second.extractor != first.extractor)
    }
}
