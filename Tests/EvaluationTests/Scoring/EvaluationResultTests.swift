import ClassificationMetrics
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference

struct EvaluationResultTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Evaluates a sample's training rows.
    private static func evaluation(
        labels: ((Int) -> [Int])? = nil, rows: [Int] = Array(0 ..< 18), replicates: Int = 20
    ) throws -> EvaluationRun {
        let table = SampleTables.table(rows: 18, labels: labels)
        let model = try SampleModels.fit(table)
        let scores = try model.ensemble.scores(table.features.selecting(rows: rows), workers: Workers(count: 1))
        return try EvaluationRun(
            of: ScoredFiles(
                scores: scores,
                reasons: DecisionReasons(of: table.features.selecting(rows: rows), traces: nil, by: model), rows: rows,
                of: table.dataset, by: model),
            context: .init(
                dataset: "sample", part: "test", preprocessing: "neutral 32", warnings: ["beware"],
                inputs: .init(datasetSHA256: Digest(of: "d"), modelSHA256: Digest(of: "m")), replicates: replicates,
                seed: 1, voteWeights: model.ensemble.weightsByName),
            workers: Workers(count: 2))
    }

    /// The contract's keys of a `metrics` block.
    private static let metricKeys: Set = [
        "f1_macro", "f1_micro", "f1_samples", "accuracy_subset", "hamming_loss", "jaccard_samples", "roc_auc_macro",
        "average_precision_macro", "ranking_loss", "coverage_error", "label_ranking_average_precision", "top1_accuracy",
        "top1_f1_macro", "ece", "uncertain_fraction",
    ]

    @Test func `the file has all keys of the contract`() throws {
        let json = try Self.evaluation().result.json()
        let root = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        let contract: Set = [
            "dataset", "n", "labels", "metrics", "intervals", "per_label", "members", "vote_weights", "baseline",
            "part",
            "warnings", "inputs",
        ]
        #expect(contract.isSubset(of: root.keys))
        func keys(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
        #expect(keys(root["metrics"]) == Self.metricKeys)
        #expect(keys(root["baseline"]) == Self.metricKeys)
        #expect(keys(root["members"]) == ["binary-relevance", "mlaram", "ml-svm"])
        for member in (root["members"] as? [String: Any] ?? [:]).values { #expect(keys(member) == Self.metricKeys) }
        #expect(keys(root["vote_weights"]) == keys(root["members"]))
        #expect(keys(root["per_label"]) == ["A", "B", "C"])
        for label in (root["per_label"] as? [String: Any] ?? [:]).values {
            #expect(keys(label) == ["precision", "recall", "f1", "roc_auc", "support"])
        }
        #expect(keys(root["inputs"]) == ["dataset_sha256", "model_sha256"])
        #expect(root["n"] as? Int == 18 && root["labels"] as? [String] == ["A", "B", "C"])
        #expect(root["part"] as? String == "test" && root["warnings"] as? [String] == ["beware"])
        for interval in (root["intervals"] as? [String: [Double]] ?? [:]).values {
            #expect(interval.count == 2 && interval[0] <= interval[1])
        }
        #expect((root["intervals"] as? [String: Any] ?? [:])["f1_macro"] != nil)
    }

    @Test func `undefined values are null and not omitted`() throws {
        // Only label 0 occurs in the scored rows: the other labels have no ROC AUC.
        let result = try Self.evaluation(rows: [0, 3, 6, 9]).result
        #expect(result.metrics[.rocAUCMacro] == nil)
        let text = String(decoding: try result.json(), as: UTF8.self)
        #expect(text.contains("\"roc_auc_macro\" : null") && text.contains("\"roc_auc\" : null"))
        // Members have no uncertain fraction.
        #expect(result.members["mlaram"]?[.uncertainFraction] == nil && result.metrics[.uncertainFraction] != nil)
    }

    @Test func `a result is read as it was written, and writes the same bytes again`() throws {
        let result = try Self.evaluation().result
        let path = try scratch.write("metrics.json", result.json())
        let back = try EvaluationResult(contentsOf: path)
        #expect(back == result)
        #expect(try back.json() == result.json())
    }

    @Test func `the numbers are those of the metrics library on the stored scores`() throws {
        let evaluation = try Self.evaluation()
        let table = evaluation.files.ensemble
        let expected = try MetricSummary(
            truth: table.truth, scores: table.scores, decision: table.decision, uncertain: table.uncertain)
        #expect(evaluation.result.metrics == expected)
        let baseline = evaluation.files.baseline
        #expect(
            try evaluation.result.baseline
                == MetricSummary(truth: baseline.truth, scores: baseline.scores, decision: baseline.decision))
    }

    @Test func `no replicates, or a single row, give no intervals`() throws {
        #expect(try Self.evaluation(replicates: 0).result.intervals.isEmpty)
        #expect(try Self.evaluation(rows: [4]).result.intervals.isEmpty)
        #expect(try Self.evaluation(replicates: 0).intervals == nil)
    }

    @Test(arguments: ["", "{", "[]", "{}", "null", "{\"dataset\": 1}", "\u{0}"])
    func `an invalid metrics file is rejected in one sentence with its name`(text: String) throws {
        let path = try scratch.write("metrics.json", text)
        let error = try #require(throws: EvaluationError.self) { try EvaluationResult(contentsOf: path) }
        #expect(error.description.hasPrefix("\(path): ") && !error.description.hasSuffix(".."), "\(error)")
    }
}
