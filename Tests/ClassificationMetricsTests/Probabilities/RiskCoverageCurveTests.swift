import ClassificationMetrics
import LinearAlgebra
import Testing

struct RiskCoverageCurveTests {
    @Test func `four samples computed by hand`() throws {
        let curve = try #require(RiskCoverageCurve(confidence: [0.9, 0.6, 0.8, 0.7], loss: [0, 1, 0, 1]))
        #expect(curve.points.map(\.coverage) == [0.25, 0.5, 0.75, 1])
        #expect(curve.points.map(\.risk) == [0, 0, 1.0 / 3, 0.5])
        #expect(curve.points.map(\.confidence) == [0.9, 0.8, 0.7, 0.6])
        #expect(abs(curve.area - (0 + 0 + 1.0 / 3 + 0.5) / 4) < 1e-15)
        #expect(abs(curve.excessArea) < 1e-15, "the confidence orders the samples by their loss")
    }

    @Test func `the worst order has the largest excess`() throws {
        let curve = try #require(RiskCoverageCurve(confidence: [0.1, 0.2, 0.3, 0.4], loss: [0, 0, 1, 1]))
        #expect(abs(curve.area - (1 + 1 + 2.0 / 3 + 0.5) / 4) < 1e-15)
        #expect(abs(curve.excessArea - (1 + 1 + 2.0 / 3 + 0.5 - 1.0 / 3 - 0.5) / 4) < 1e-15)
        #expect(curve.points.map(\.risk) == [1, 1, 2.0 / 3, 0.5])
    }

    @Test func `samples of equal confidence are averaged over all their orders`() throws {
        let loss: [Double] = [1, 0, 0]
        let curve = try #require(RiskCoverageCurve(confidence: [0.5, 0.5, 0.5], loss: loss))
        #expect(curve.points.count == 1)
        var areas: [Double] = []
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 0, 1], [1, 2, 0], [2, 1, 0]] {
            let risks = (1 ... 3).map { k in order.prefix(k).reduce(0) { $0 + loss[$1] } / Double(k) }
            areas.append(risks.reduce(0, +) / 3)
        }
        #expect(abs(curve.area - areas.reduce(0, +) / 6) < 1e-15)
    }

    @Test func `the order of samples does not matter, and without samples there is no curve`() {
        var random = SeededGenerator(seed: 51)
        let confidence = (0 ..< 40).map { _ in Double(random.integer(below: 8)) / 8 }
        let loss = (0 ..< 40).map { _ in Double(random.integer(below: 2)) }
        let order = random.shuffled(Array(0 ..< 40))
        let curve = RiskCoverageCurve(confidence: confidence, loss: loss)
        #expect(curve != nil)
        #expect(curve == RiskCoverageCurve(confidence: order.map { confidence[$0] }, loss: order.map { loss[$0] }))
        #expect(RiskCoverageCurve(confidence: [], loss: []) == nil)
    }
}
