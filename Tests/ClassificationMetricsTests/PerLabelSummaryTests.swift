import ClassificationMetrics
import Foundation
import LinearAlgebra
import Testing

struct PerLabelSummaryTests {
    private static let truth = LabelMatrix([[1, 1], [0, 1], [1, 1]])
    private static let scores = Matrix<Double>([[0.9, 0.2], [0.4, 0.8], [0.3, 0.3]])
    private static let decision = LabelMatrix([[1, 0], [0, 1], [0, 1]])

    @Test func `two labels computed by hand`() throws {
        let set = try ScoredSet(truth: Self.truth, scores: Self.scores, decision: Self.decision)
        let labels = PerLabelSummary.perLabel(of: set)
        #expect(labels[0] == PerLabelSummary(precision: 1, recall: 0.5, f1: 2.0 / 3, rocAUC: 0.5, support: 2))
        #expect(labels[1] == PerLabelSummary(precision: 1, recall: 2.0 / 3, f1: 0.8, rocAUC: nil, support: 3))
    }

    @Test func `the JSON has the documented keys, null where undefined`() throws {
        let set = try ScoredSet(truth: Self.truth, scores: Self.scores, decision: Self.decision)
        let labels = PerLabelSummary.perLabel(of: set)
        let data = try JSONEncoder().encode(labels)
        let objects = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
        for object in objects { #expect(Set(object.keys) == ["precision", "recall", "f1", "roc_auc", "support"]) }
        #expect(objects[1]["roc_auc"] is NSNull)
        #expect(try JSONDecoder().decode([PerLabelSummary].self, from: data) == labels)
    }
}
