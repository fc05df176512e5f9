import Files
import Foundation
import TestSupport
import Testing

/// `heartsense gate`, `heartsense compare` and their exit statuses.
struct GateCommandTests {
    private static func heartsense(_ arguments: String..., in folder: String) throws -> Child.Outcome {
        try CommandLine.run(arguments, in: folder)
    }

    /// Creates a folder with a run whose macro F1 is `f1`.
    private static func withRun(f1: String, _ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("heartsense-\(UUID().uuidString)")
            .path
        try AtomicFile.makeFolder("\(folder)/run")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try write(f1: f1, to: folder)
        try body(folder)
    }

    private static func write(f1: String, to folder: String) throws {
        let digest = String(repeating: "0", count: 64)
        try AtomicFile.write(
            """
            {"dataset": "beats", "n": 72, "labels": ["N"], "metrics": {"f1_macro": \(f1)}, "intervals": {},
             "per_label": {"N": {"precision": 1, "recall": 0.5, "f1": 0.6, "roc_auc": null, "support": 3}},
             "members": {}, "baseline": {}, "part": "test", "preprocessing": "neutral 224", "warnings": [],
             "inputs": {"dataset_sha256": "\(digest)", "model_sha256": "\(digest)"}}
            """, to: "\(folder)/run/metrics.json")
    }

    @Test func `a worse result exits with 3`() throws {
        try Self.withRun(f1: "0.8") { folder in
            let written = try Self.heartsense("gate", "run", "--baseline", "b.json", "--update", in: folder)
            #expect(written.status == 0, "\(written.errors)")
            #expect(try Self.heartsense("gate", "run", "--baseline", "b.json", in: folder).status == 0)

            try Self.write(f1: "0.75", to: folder)
            let worse = try Self.heartsense(
                "gate", "run", "--baseline", "b.json", "--junit", "g.xml", "--markdown", "g.md", in: folder)
            #expect(worse.status == 3)
            #expect(worse.output.contains("FAIL: worse by 0.05, tolerance 0.01"))
            #expect(try FileContent.text(of: "\(folder)/g.xml").contains("failures=\"1\""))
            #expect(try FileContent.text(of: "\(folder)/g.md").contains("❌"))

            try Self.write(f1: "null", to: folder)
            #expect(try Self.heartsense("gate", "run", "--baseline", "b.json", in: folder).status == 3)
        }
    }

    @Test func `unreadable files exit with 1, wrong usage with 2`() throws {
        try Self.withRun(f1: "0.8") { folder in
            let missing = try Self.heartsense("gate", "run", "--baseline", "b.json", in: folder)
            #expect(
                missing.status == 1 && missing.errors.contains("b.json: the baseline does not exist. Create it with"))
            try AtomicFile.write("{", to: "\(folder)/b.json")
            let damaged = try Self.heartsense("gate", "run", "--baseline", "b.json", in: folder)
            #expect(damaged.status == 1 && damaged.errors.contains("b.json: not a valid baseline"))
            // --update does not overwrite a file that is not a baseline.
            #expect(try Self.heartsense("gate", "run", "--baseline", "b.json", "--update", in: folder).status == 1)
            #expect(try FileContent.text(of: "\(folder)/b.json") == "{")

            #expect(try Self.heartsense("gate", "nowhere", "--baseline", "b.json", in: folder).status == 1)
            #expect(try Self.heartsense("gate", "run", in: folder).status == 2)
            #expect(try Self.heartsense("compare", "run", in: folder).status == 2)
            #expect(try Self.heartsense("compare", "run", "run", in: folder).status == 1)
        }
    }
}
