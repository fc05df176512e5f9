import Datasets
import Files
import Foundation
import Imaging
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference
@testable import Training

@Suite struct TrainingAuditTests {
    /// Synthetic beats, each class in an ink of its own, made once for all tests.
    private static let leaking = Result { try SampleSet(leaking: true) }
    private static let clean = Result { try SampleSet(leaking: false) }

    private final class SampleSet: Sendable {
        let folder: String
        var data: String { "\(folder)/data" }

        init(leaking: Bool) throws {
            folder = try SampleExperiment.makeFolder()
            try SyntheticBeats.write(to: "\(folder)/data", perClass: 15, seed: 4, leaking: leaking)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }
    }

    private func configuration(_ path: String, _ overrides: String...) throws -> ExperimentConfiguration {
        try SampleExperiment.configuration(
            ["extractor.alpha=0.35", "extractor.cache=off", "preprocessing.size=64", "classifiers.mlaram=on"]
                + overrides, path: path)
    }

    private func audit(_ configuration: ExperimentConfiguration) throws -> TrainingAudit {
        try TrainingAudit(
            of: DatasetSource.open(configuration.dataset.path, labels: nil), configuration: configuration,
            workers: .all)
    }

    @Test func `a leak that preprocessing leaves in is refused with probe, score and remedy, and no folder is made`()
        throws
    {
        let set = try Self.leaking.get()
        let configuration = try configuration(set.data, "preprocessing.ink=as-drawn")
        let run = "\(set.folder)/refused"
        #expect {
            try TrainingRun(configuration: configuration).run(output: run, resume: false, workers: .all)
        } throws: { error in
            guard let refusal = error as? LeakRefusal else { return false }
            let text = "\(refusal)"
            return refusal.exitStatus == 3 && text.contains("data: training refused, because")
                && text.contains("(as-drawn 64)") && text.contains("\n  N by ") && text.contains("\n  H by ")
                && text.contains("preprocessing.ink=neutral removes the leak") && text.contains("set audit=accept")
        }
        #expect(!FileManager.default.fileExists(atPath: run))
    }

    @Test func `an accepted leak stands at the top of every result, and goes with the model`() throws {
        let set = try Self.leaking.get()
        let configuration = try configuration(set.data, "preprocessing.ink=as-drawn", "audit=accept")
        let run = "\(set.folder)/accepted"
        _ = try TrainingRun(configuration: configuration).run(output: run, resume: false, workers: .all)
        let metrics = try EvaluationResult(contentsOf: "\(run)/metrics.json")
        #expect(metrics.warnings[0].hasPrefix("Trained despite a leak: "))
        #expect(metrics.warnings[0].contains("H by mean ink grey (1.000)"))
        #expect(metrics.warnings[1] == ResultWarning.asDrawn.description)
        let card = try FileContent.text(of: "\(run)/model-card.md")
        #expect(card.split(separator: "\n")[1].hasPrefix("> **Warning.** Trained despite a leak: "))
        #expect(try FileContent.text(of: "\(run)/report.html").contains("Trained despite a leak: "))
        #expect(try FileContent.text(of: "\(run)/log.txt").contains("Leakage audit of 68 pictures"))

        let results = "\(set.folder)/results"
        _ = try Scoring(model: "\(run)/model.h5", dataset: try Self.clean.get().data, output: results, replicates: 0)
            .run(workers: .all)
        let scored = try EvaluationResult(contentsOf: "\(results)/metrics.json")
        #expect(Array(scored.warnings.prefix(2)) == Array(metrics.warnings.prefix(2)))
    }

    @Test func `a leak that preprocessing takes away is a warning about the files`() throws {
        let audit = try audit(try configuration(try Self.leaking.get().data))
        let warning = try #require(audit.warnings.first)
        #expect(
            warning.description.hasPrefix("The picture files leak labels: ")
                && warning.description.contains("The preprocessing of this run (neutral 64) removes the leak"))
        #expect(!warning.appliesToLaterResults)
    }

    @Test func `a set that gives nothing away has nothing to warn of`() throws {
        let audit = try audit(try configuration(try Self.clean.get().data))
        // Seventy pictures leave room for a strong finding of shape, which is no leak.
        #expect(audit.warnings.allSatisfy { if case .predictiveShape = $0 { true } else { false } })
        #expect(audit.notes == ["Leakage audit of 68 pictures"])
    }

    @Test func `an audit that is off looks at nothing`() throws {
        let path = try Self.leaking.get().data
        let audit = try audit(try configuration(path, "audit=off", "preprocessing.ink=as-drawn"))
        #expect(audit.warnings.isEmpty && audit.notes == ["The leakage audit is off"])
    }

    @Test func `features cannot be audited, but say if they were made as drawn`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (extractor, warnings) in [
            ("as-drawn 224, network x", [ResultWarning.asDrawn]), ("neutral 224, network x", []),
        ] {
            let path = "\(folder)/\(warnings.count).h5"
            try FeatureFile.write(SampleExperiment.table(), extractor: extractor, to: path)
            let audit = try audit(try SampleExperiment.configuration([], path: path))
            #expect(audit.warnings == warnings)
            #expect(audit.notes == ["No leakage audit: a feature file has no pictures"])
        }
    }

    @Test func `too few pictures are not audited and not refused`() throws {
        let folder = try SampleExperiment.makeFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try AuditPictures.write(to: folder, leak: .color, perClass: 3)
        let audit = try audit(try configuration(folder, "preprocessing.ink=as-drawn"))
        #expect(audit.warnings.isEmpty)
        #expect(audit.notes[0].hasPrefix("No leakage audit: 6 pictures are too few"))
    }

    @Test func `the audit of a training cannot depend on pictures of the test part`() throws {
        let space = LabelSpace.aami
        let samples = (0 ..< 400).map { index in
            Sample(
                path: "\(index).png", labels: [index % 20 == 0 ? 2 : index % 2], part: index % 4 == 3 ? .test : .train)
        }
        let dataset = Dataset(root: "r", labelSpace: space, samples: samples)
        let rows = TrainingAudit.sample(of: dataset, limit: 60, seed: 1)
        #expect(rows.allSatisfy { samples[$0].part == .train })
        #expect(rows == rows.sorted() && Set(rows).count == rows.count)
        // An equal share for each of the three labels.
        let support = dataset.truth.selecting(rows: rows).support
        #expect(support == [20, 20, 20, 0, 0, 0])
        #expect(rows == TrainingAudit.sample(of: dataset, limit: 60, seed: 1))
        #expect(rows != TrainingAudit.sample(of: dataset, limit: 60, seed: 2))
        // All where there are no more than that.
        #expect(
            TrainingAudit.sample(of: dataset, limit: 300, seed: 1)
                == samples.indices.filter { samples[$0].part == .train })
        let tests = dataset.subset(samples.indices.filter { samples[$0].part == .test })
        #expect(TrainingAudit.sample(of: tests, limit: 300, seed: 1).count == 100)
    }
}
