import ClassificationMetrics
import LinearAlgebra
import Testing

struct ROCCurveTests {
    private static let truth: [UInt8] = [1, 1, 0, 1, 0, 0]
    private static let third = 1.0 / 3
    private static let scores = [0.9, 0.8, 0.7, 0.6, 0.6, 0.1]

    @Test func `six samples computed by hand`() throws {
        let all = try #require(ROCCurve(truth: Self.truth, scores: Self.scores, dropIntermediate: false))
        #expect(all.thresholds == [.infinity, 0.9, 0.8, 0.7, 0.6, 0.1])
        #expect(all.truePositiveRate == [0, Self.third, 2 * Self.third, 2 * Self.third, 1, 1])
        #expect(all.falsePositiveRate == [0, 0, 0, Self.third, 2 * Self.third, 1])
    }

    @Test func `points on a line are dropped as in scikit-learn`() throws {
        // roc_curve([0,0,0,1,1,1,1,0], [.1,.2,.3,.4,.5,.6,.7,.8]) of scikit-learn 1.9.1
        let curve = try #require(
            ROCCurve(truth: [0, 0, 0, 1, 1, 1, 1, 0], scores: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]))
        #expect(curve.thresholds == [.infinity, 0.8, 0.4, 0.1])
        #expect(curve.falsePositiveRate == [0, 0.25, 0.25, 1])
        #expect(curve.truePositiveRate == [0, 0, 1, 1])
    }

    @Test func `dropping points does not change the area`() throws {
        var random = SeededGenerator(seed: 26)
        let set = try MetricFixtures.set(rows: 80, labels: 1, levels: 20, random: &random)
        let area = try #require(rocAUCPerLabel(truth: set.truth, scores: set.scores)[0])
        for drop in [true, false] {
            let curve = try #require(
                ROCCurve(truth: set.truth.column(0), scores: set.scores.column(0), dropIntermediate: drop))
            var trapezia = 0.0
            for index in 1 ..< curve.thresholds.count {
                let width = curve.falsePositiveRate[index] - curve.falsePositiveRate[index - 1]
                trapezia += width * (curve.truePositiveRate[index] + curve.truePositiveRate[index - 1]) / 2
            }
            #expect(abs(trapezia - area) < 1e-12)
        }
    }

    @Test func `truth of one class has no curve`() {
        #expect(ROCCurve(truth: [1, 1], scores: [0.1, 0.2]) == nil)
        #expect(ROCCurve(truth: [0, 0], scores: [0.1, 0.2]) == nil)
        #expect(ROCCurve(truth: [], scores: []) == nil)
    }
}
