import ClassificationMetrics
import LinearAlgebra
import Testing

struct PrecisionRecallCurveTests {
    @Test func `six samples computed by hand`() throws {
        let third = 1.0 / 3
        let curve = try #require(
            PrecisionRecallCurve(truth: [1, 1, 0, 1, 0, 0], scores: [0.9, 0.8, 0.7, 0.6, 0.6, 0.1]))
        #expect(curve.thresholds == [0.1, 0.6, 0.7, 0.8, 0.9])
        #expect(curve.precision == [0.5, 0.6, 2 * third, 1, 1, 1])
        #expect(curve.recall == [1, 1, 2 * third, 2 * third, third, 0])
    }

    @Test func `intermediate points of equal recall are dropped as in scikit-learn`() throws {
        // precision_recall_curve(…, drop_intermediate=True) of scikit-learn 1.9.1 keeps both ends of each recall.
        let sparse = try #require(
            PrecisionRecallCurve(truth: [1, 0, 0, 0, 1], scores: [0.9, 0.8, 0.7, 0.6, 0.5], dropIntermediate: true))
        #expect(sparse.thresholds == [0.5, 0.6, 0.9])
    }

    @Test func `the area of the steps under the curve is the average precision`() throws {
        var random = SeededGenerator(seed: 29)
        let set = try MetricFixtures.set(rows: 80, labels: 1, levels: 20, random: &random)
        let curve = try #require(PrecisionRecallCurve(truth: set.truth.column(0), scores: set.scores.column(0)))
        var steps = 0.0
        for index in curve.thresholds.indices {
            steps += (curve.recall[index] - curve.recall[index + 1]) * curve.precision[index]
        }
        #expect(abs(steps - averagePrecisionPerLabel(truth: set.truth, scores: set.scores)[0]) < 1e-12)
    }

    @Test func `without positives there is no curve`() {
        #expect(PrecisionRecallCurve(truth: [0, 0], scores: [0.1, 0.2]) == nil)
        #expect(PrecisionRecallCurve(truth: [], scores: []) == nil)
        #expect(PrecisionRecallCurve(truth: [1], scores: [0.1])?.precision == [1, 1])
    }
}
