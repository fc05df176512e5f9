import Foundation
import TestSupport
import Testing

/// `heartsense dataset import`, and training and prediction with the recordings that it lists.
@Suite struct DatasetImportCommandTests {
    private static let sample = SharedMaterial.checkout.appendingPathComponent("datasets/ptbxl-sample/records").path
    private static let labels = SharedMaterial.checkout.appendingPathComponent("datasets/labels/conditions.yaml").path

    @Test func `listed recordings can be trained on, and the model classifies recordings`() throws {
        let scratch = try Scratch()
        try FileManager.default.createDirectory(atPath: scratch("source"), withIntermediateDirectories: true)
        var table = "ecg_id,patient_id,scp_codes\n"
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.sample).filter { $0.hasSuffix(".hea") }
        for (index, header) in names.sorted().prefix(16).enumerated() {
            let name = String(header.dropLast(4))
            for suffix in ["hea", "dat"] {
                try FileManager.default.createSymbolicLink(
                    atPath: scratch("source/\(name).\(suffix)"), withDestinationPath: "\(Self.sample)/\(name).\(suffix)"
                )
            }
            table += "\(Int(name.prefix { $0.isNumber })!),\(index),\"{'\(index % 2 == 0 ? "NORM" : "PVC")': 100.0}\"\n"
        }
        try scratch.write("source/statements.csv", table)
        let listed = try CommandLine.run(
            ["dataset", "import", "source", "--labels", Self.labels, "--output", "set", "--copy"], in: scratch.path)
        #expect(listed.status == 0 && listed.output.contains("16 samples"), "\(listed.errors)")
        try scratch.write(
            "recordings.yaml",
            """
            name: recordings
            input: {kind: recording}
            dataset: {path: set, split: cross-fit, folds: 2}
            extractor: {cache: off}
            classifiers: {binary-relevance: {C: 0.01}, mlaram: off, ml-svm: off}
            evaluation: {bootstrap: 0}
            """)
        let trained = try CommandLine.run(["train", "recordings.yaml", "--output", "run"], in: scratch.path)
        #expect(trained.status == 0, "\(trained.errors)")
        let first = try #require(try scratch.text("set/manifest.csv").split(separator: "\n").dropFirst().first)
        let record = "set/" + first.prefix { $0 != "," }
        let answer = try CommandLine.run(["predict", "run/model.h5", record, "--json"], in: scratch.path)
        #expect(answer.status == 0 && answer.output.contains("\"preprocessing\":\"measurements\""), "\(answer.errors)")
        try scratch.write("text.txt", "no ECG")
        let refused = try CommandLine.run(["predict", "run/model.h5", "text.txt"], in: scratch.path)
        #expect(refused.status == 1 && refused.errors.contains("text.txt"))
        let maps = try CommandLine.run(["predict", "run/model.h5", record, "--saliency", "maps"], in: scratch.path)
        #expect(maps.status == 1 && maps.errors.contains("the model reads recordings and pages"))
    }

    @Test func `a label space without statements is refused`() throws {
        let scratch = try Scratch()
        let labels = SharedMaterial.checkout.appendingPathComponent("datasets/labels/aami.yaml").path
        let outcome = try CommandLine.run(
            ["dataset", "import", Self.sample, "--labels", labels, "--output", "set"], in: scratch.path)
        #expect(outcome.status == 1 && outcome.errors.contains("no label has statements"))
        #expect(scratch.everything().isEmpty)
    }
}
