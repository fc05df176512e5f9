import ClassificationMetrics
import Foundation
import LinearAlgebra
import Testing

struct MetricSummaryTests {
    private static let truth = LabelMatrix([[1, 0], [0, 1], [1, 1]])
    private static let scores = Matrix<Double>([[0.9, 0.2], [0.4, 0.8], [0.7, 0.3]])
    private static let decision = LabelMatrix([[1, 0], [0, 1], [1, 0]])

    @Test func `every metric of three samples computed by hand`() throws {
        let summary = try MetricSummary(
            truth: Self.truth, scores: Self.scores, decision: Self.decision, uncertain: [false, false, true])
        let expected: [MetricKey: Double] = [
            .f1Macro: (1 + 2.0 / 3) / 2, .f1Micro: 6.0 / 7, .f1Samples: (1 + 1 + 2.0 / 3) / 3,
            .accuracySubset: 2.0 / 3, .hammingLoss: 1.0 / 6, .jaccardSamples: (1 + 1 + 0.5) / 3,
            .rocAUCMacro: 1, .averagePrecisionMacro: 1, .rankingLoss: 0, .coverageError: 4.0 / 3,
            .labelRankingAveragePrecision: 1, .top1Accuracy: 1, .top1F1Macro: (1 + 2.0 / 3) / 2,
            .ece: ((0.1 + 0.4 + 0.3) / 3 + (0.2 + 0.2 + 0.7) / 3) / 2, .uncertainFraction: 1.0 / 3,
        ]
        for key in MetricKey.allCases {
            let found = try #require(summary[key], "\(key)")
            #expect(abs(found - expected[key]!) < 1e-12, "\(key)")
        }
    }

    @Test func `the JSON has exactly the documented keys, null where undefined`() throws {
        let summary = try MetricSummary(
            truth: LabelMatrix([[1, 0], [1, 1]]), scores: Matrix([[0.5, 0.5], [0.5, 0.5]]),
            decision: LabelMatrix([[1, 0], [1, 1]]))
        let data = try JSONEncoder().encode(summary)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let contract: Set<String> = [
            "f1_macro", "f1_micro", "f1_samples", "accuracy_subset", "hamming_loss", "jaccard_samples",
            "roc_auc_macro", "average_precision_macro", "ranking_loss", "coverage_error",
            "label_ranking_average_precision", "top1_accuracy", "top1_f1_macro", "ece", "uncertain_fraction",
        ]
        #expect(Set(object.keys) == contract)
        #expect(object["roc_auc_macro"] is NSNull, "the first label is true everywhere")
        #expect(object["uncertain_fraction"] is NSNull, "no sample has an uncertainty flag")
        #expect(try JSONDecoder().decode(MetricSummary.self, from: data) == summary)
    }

    @Test func `without samples every metric is undefined`() throws {
        let summary = try MetricSummary(
            truth: LabelMatrix(rows: 0, columns: 3), scores: Matrix(rows: 0, columns: 3),
            decision: LabelMatrix(rows: 0, columns: 3), uncertain: [])
        #expect(MetricKey.allCases.allSatisfy { summary[$0] == nil })
    }

    @Test func `a score outside 0…1 is an error with sample and label`() {
        func error(_ score: Double) -> MetricsError? {
            #expect(throws: MetricsError.self) {
                try MetricSummary(
                    truth: Self.truth, scores: Matrix([[0.9, 0.2], [0.4, score], [0.7, 0.3]]),
                    decision: Self.decision)
            }
        }
        #expect(error(.infinity) == .scoreNotFinite(row: 1, label: 1, found: .infinity))
        #expect(error(1.5) == .scoreOutOfRange(row: 1, label: 1, found: 1.5))
        #expect(error(-0.1) == .scoreOutOfRange(row: 1, label: 1, found: -0.1))
        #expect(error(.nan)?.description.contains("sample 2, label 2: the score is nan") == true)
    }

    @Test func `the order of samples does not matter`() throws {
        var random = SeededGenerator(seed: 5)
        let set = try MetricFixtures.set(rows: 60, labels: 4, levels: 8, random: &random)
        let shuffled = set.selecting(rows: random.shuffled(Array(0 ..< 60)))
        let (first, second) = (MetricSummary(of: set), MetricSummary(of: shuffled))
        for key in MetricKey.allCases {
            let (one, other) = (try #require(first[key], "\(key)"), try #require(second[key], "\(key)"))
            #expect(abs(one - other) < 1e-12, "\(key)")
        }
    }
}
