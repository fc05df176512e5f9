import ClassificationMetrics
import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Every case of `oracles/multilabel/metrics.json` and `curves.json` (scikit-learn 1.3.2; F1 with zero_division = 1
/// from 1.9.1). The tolerance of 1e-12 allows for another order of additions.
struct MetricSummaryOracleTests {
    private struct Case {
        let name: String
        let truth: LabelMatrix
        let decision: LabelMatrix
        let scores: Matrix<Double>
        let expected: [String: Any]
    }

    private static func json(_ file: String) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: SharedMaterial.data("oracles/multilabel/\(file)"))
        return try #require(object as? [String: Any])
    }

    private static func cases() throws -> [Case] {
        try #require(try json("metrics.json")["cases"] as? [[String: Any]]).map { entry in
            Case(
                name: try #require(entry["name"] as? String),
                truth: LabelMatrix(try #require(entry["Y"] as? [[UInt8]])),
                decision: LabelMatrix(try #require(entry["P"] as? [[UInt8]])),
                scores: Matrix(try #require(entry["S"] as? [[Double]])),
                expected: try #require(entry["out"] as? [String: Any]))
        }
    }

    /// Returns one value or a list of them, with nil for null. A missing key fails the test.
    private static func numbers(_ value: Any?) -> [Double?] {
        if value == nil { Issue.record("the reference file lacks a key") }
        return (value as? [Any])?.map { $0 as? Double } ?? [value as? Double]
    }

    private static func expectSame(_ found: [Double?], _ expected: [Double?], _ name: String) {
        #expect(found.count == expected.count, "\(name)")
        for (found, expected) in zip(found, expected) {
            switch (found, expected) {
            case (nil, nil): break
            case (let found?, let expected?): #expect(abs(found - expected) <= 1e-12, "\(name)")
            default:
                Issue.record("\(name): found \(String(describing: found)), expected \(String(describing: expected))")
            }
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `precision, recall, F1 and Jaccard in every average`() throws {
        let newer = try #require(try Self.json("metrics_f1_zd1_new.json")["cases"] as? [[String: Any]])
        for (entry, newerF1) in zip(try Self.cases(), newer) {
            try #require(entry.name == newerF1["name"] as? String)
            typealias Average = (LabelMatrix, LabelMatrix, Averaging, ZeroDivision) -> Double
            typealias PerLabel = (LabelMatrix, LabelMatrix, ZeroDivision) -> [Double]
            let family: [(String, Average, PerLabel)] = [
                ("precision", precision, precisionPerLabel), ("recall", recall, recallPerLabel), ("f1", f1, f1PerLabel),
                ("jaccard", jaccard, jaccardPerLabel),
            ]
            for (metric, average, perLabel) in family {
                for (suffix, zeroDivision) in [("zd0", ZeroDivision.zero), ("zd1", .one)] {
                    let source = metric == "f1" && zeroDivision == .one ? newerF1 : entry.expected
                    for averaging in Averaging.allCases {
                        let key = "\(metric)_\(averaging)_\(suffix)"
                        let found = average(entry.truth, entry.decision, averaging, zeroDivision)
                        Self.expectSame([found], Self.numbers(source[key]), "\(entry.name) \(key)")
                    }
                    let key = "\(metric)_none_\(suffix)"
                    Self.expectSame(
                        perLabel(entry.truth, entry.decision, zeroDivision), Self.numbers(source[key]),
                        "\(entry.name) \(key)")
                }
            }
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the other metrics of decisions`() throws {
        for entry in try Self.cases() {
            func check(_ key: String, _ found: [Double?]) {
                Self.expectSame(found, Self.numbers(entry.expected[key]), "\(entry.name) \(key)")
            }
            let (truth, decision) = (entry.truth, entry.decision)
            check("hamming_loss", [hammingLoss(truth: truth, decision: decision)])
            check("subset_accuracy", [subsetAccuracy(truth: truth, decision: decision)])
            check("zero_one_loss", [subsetAccuracy(truth: truth, decision: decision).map { 1 - $0 }])
            check("mcc_none", matthewsCorrelationPerLabel(truth: truth, decision: decision))
            check("balanced_acc_none", balancedAccuracyPerLabel(truth: truth, decision: decision))
            check("kappa_none", cohenKappaPerLabel(truth: truth, decision: decision))
            let confusion = labelCounts(truth: truth, decision: decision).map {
                [[$0.trueNegatives, $0.falsePositives], [$0.falseNegatives, $0.truePositives]]
            }
            #expect(confusion == entry.expected["multilabel_confusion"] as? [[[Int]]], "\(entry.name)")
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the metrics of scores`() throws {
        for entry in try Self.cases() {
            func check(_ key: String, _ found: [Double?]) {
                Self.expectSame(found, Self.numbers(entry.expected[key]), "\(entry.name) \(key)")
            }
            let (truth, scores) = (entry.truth, entry.scores)
            check("coverage_error", [coverageError(truth: truth, scores: scores)])
            check("label_ranking_loss", [rankingLoss(truth: truth, scores: scores)])
            check("lrap", [labelRankingAveragePrecision(truth: truth, scores: scores)])
            for averaging in Averaging.allCases {
                check("roc_auc_\(averaging)", [rocAUC(truth: truth, scores: scores, average: averaging)])
                check("ap_\(averaging)", [averagePrecision(truth: truth, scores: scores, average: averaging)])
            }
            check("roc_auc_none", rocAUCPerLabel(truth: truth, scores: scores))
            check("ap_none", averagePrecisionPerLabel(truth: truth, scores: scores))
            check("brier_none", brierScorePerLabel(truth: truth, scores: scores))
            // The generator of the reference clips the scores to 1e-9 … 1 − 1e-9.
            let cut = Matrix(
                rows: scores.rows, columns: scores.columns, values: scores.values.map { min(max($0, 1e-9), 1 - 1e-9) })
            check("logloss_none", logLossPerLabel(truth: truth, scores: cut))
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `ROC and precision-recall curves of tied scores`() throws {
        let oracle = try Self.json("curves.json")
        let truth = try #require(oracle["y"] as? [UInt8])
        let scores = try #require(oracle["s"] as? [Double])
        let roc = try #require(ROCCurve(truth: truth, scores: scores))
        let expectedROC = try #require(oracle["roc"] as? [String: Any])
        Self.expectSame(roc.falsePositiveRate, Self.numbers(expectedROC["fpr"]), "fpr")
        Self.expectSame(roc.truePositiveRate, Self.numbers(expectedROC["tpr"]), "tpr")
        #expect(roc.thresholds.first == .infinity)
        Self.expectSame(
            Array(roc.thresholds.dropFirst()),
            Array(Self.numbers(expectedROC["thr_first_is_inf(1e300)"]).dropFirst()), "ROC thresholds")

        let curve = try #require(PrecisionRecallCurve(truth: truth, scores: scores))
        let expectedCurve = try #require(oracle["pr"] as? [String: Any])
        Self.expectSame(curve.precision, Self.numbers(expectedCurve["precision"]), "precision")
        Self.expectSame(curve.recall, Self.numbers(expectedCurve["recall"]), "recall")
        Self.expectSame(curve.thresholds, Self.numbers(expectedCurve["thr"]), "thresholds")
    }
}
