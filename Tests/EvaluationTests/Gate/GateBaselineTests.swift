import ClassificationMetrics
import Files
import Foundation
import TestSupport
import Testing

@testable import Evaluation

struct GateBaselineTests {
    private static let digest = String(repeating: "ab", count: 32)

    private static func read(_ text: String) throws -> GateBaseline {
        try SampleRun.inFolder { folder in
            try AtomicFile.write(text, to: "\(folder)/b.json")
            return try GateBaseline(contentsOf: "\(folder)/b.json")
        }
    }

    private static func document(_ metrics: String) -> String {
        #"{"dataset_sha256": "\#(digest)", "n": 1710, "metrics": {\#(metrics)}}"#
    }

    @Test func `the contract's file is read`() throws {
        let baseline = try Self.read(
            Self.document(
                #""f1_macro": {"value": 0.9, "tolerance": 0.01}, "ece": {"value": 0.5, "tolerance": {"relative": 0.02}}"#
            ))
        #expect(baseline.n == 1710 && baseline.datasetSHA256.description == Self.digest)
        let (ece, f1) = (baseline.entries[0], baseline.entries[1])
        #expect(ece.tolerance == .relative(0.02) && abs(ece.limit - 0.51) < 1e-15)
        #expect(f1.tolerance == .absolute(0.01) && abs(f1.limit - 0.89) < 1e-15)
    }

    @Test func `a baseline is read as it was written`() throws {
        try SampleRun.inFolder { folder in
            let baseline = GateBaseline(
                datasetSHA256: Digest(of: "x"), n: 3,
                entries: [
                    .init(metric: .overall(.hammingLoss), value: 0.1 + 0.2, tolerance: .relative(0.1)),
                    .init(metric: .ofLabel("X.1", .rocAUC), value: 1, tolerance: .absolute(0)),
                ])
            try baseline.write(to: "\(folder)/b.json")
            #expect(try GateBaseline(contentsOf: "\(folder)/b.json") == baseline)
        }
    }

    @Test(arguments: [
        ("", "not a valid baseline"), ("[]", "not a valid baseline"), (#"{"n": 1}"#, "not a valid baseline"),
        (document(""), "metrics is empty"),
        (document(#""f1_macro": {"value": 0.9}"#), "baseline: metrics.f1_macro.tolerance is missing."),
        (#"{"n": 1}"#, "baseline: dataset_sha256 is missing."),
        (document(#""f1_macro": {"value": 0.9, "tolerance": -0.1}"#), "must be at least 0, found -0.1"),
        (document(#""f1_macro": {"value": 0.9, "tolerance": {"relative": -1}}"#), "must be at least 0, found -1.0"),
        (
            document(#""f1_macro": {"value": 0.9, "tolerance": {"percent": 1}}"#),
            "f1_macro.tolerance.relative is missing."
        ),
        (
            document(#""f1_macro": {"value": "0.9", "tolerance": 0.1}"#),
            "metrics.f1_macro.value: expected a number, found a text."
        ),
        (document(#""f1_macro": {"value": null, "tolerance": 0.1}"#), "metrics.f1_macro.value"),
        (document(#""f1_macros": {"value": 0.9, "tolerance": 0.1}"#), "Did you mean f1_macro?"),
        (document(#""per_label.V.recal": {"value": 0.9, "tolerance": 0.1}"#), "Did you mean per_label.V.recall?"),
        (document(#""per_label.recall": {"value": 0.9, "tolerance": 0.1}"#), "unknown metric per_label.recall"),
        (#"{"dataset_sha256": "12", "n": 1, "metrics": {}}"#, "64 hexadecimal digits"),
        (
            document(#""ece": {"value": 0.9, "tolerance": 0.1}"#).replacingOccurrences(of: "1710", with: "-1"),
            "n must be"
        ),
    ])
    func `an invalid file is rejected with the reason`(text: String, sentence: String) throws {
        let error = #expect(throws: GateError.self) { _ = try Self.read(text) }
        let message = "\(try #require(error))"
        #expect(message.contains("b.json: ") && message.contains(sentence), "\(message)")
        for word in ["CodingKeys", "decode", "Dictionary", "Double"] { #expect(!message.contains(word), "\(message)") }
    }

    @Test func `a label's code may contain dots`() throws {
        let metric = try GatedMetric(named: "per_label.X.1.roc_auc", file: "b.json")
        #expect(metric == .ofLabel("X.1", .rocAUC))
        #expect(metric.name == "per_label.X.1.roc_auc")
    }
}
