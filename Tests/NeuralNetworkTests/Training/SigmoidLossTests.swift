import Foundation
import Testing

@testable import NeuralNetwork

struct SigmoidLossTests {
    @Test func `two logits computed by hand`() {
        let loss = SigmoidLoss(labelCount: 1)
        // Logit 0 costs log 2 for both targets. Logit log 3 is a score of 3/4.
        let (value, gradient, scores) = loss.evaluate(logits: [0, log(3)], targets: [1, 0])
        #expect(abs(value - (log(2) + log(4)) / 2) < 1e-15)
        #expect(abs(gradient[0] + 0.25) < 1e-15)
        #expect(abs(gradient[1] - 0.375) < 1e-15)
        #expect(scores.map { ($0 * 4).rounded() } == [2, 3])
    }

    @Test func `weights multiply terms, and smoothed targets use both`() {
        let loss = SigmoidLoss(positive: [2, 1], negative: [1, 4])
        let (value, gradient, _) = loss.evaluate(logits: [0, 0], targets: [1, 0.25])
        #expect(abs(value - log(2) * (2 + 0.25 + 4 * 0.75) / 2) < 1e-15)
        #expect(abs(gradient[0] + 0.5) < 1e-15)
        #expect(abs(gradient[1] - (4 * 0.75 - 0.25) / 4) < 1e-15)
    }

    @Test func `extreme logits neither overflow nor lose their gradient`() {
        let (value, gradient, scores) = SigmoidLoss(labelCount: 2).evaluate(logits: [800, -800], targets: [0, 1])
        #expect(value == 800)
        #expect(gradient == [0.5, -0.5])
        #expect(scores == [1, 0])
    }
}
