import Testing

@testable import NeuralNetwork

struct LearningRateTests {
    @Test func `the rate increases linearly to its peak and decays by a cosine`() {
        let rate = LearningRate(peak: 2, warmUp: 4, steps: 13, final: 0.1)
        #expect((0 ..< 4).map { rate($0) } == [0.5, 1, 1.5, 2])
        #expect(rate(4) == 2)
        #expect(abs(rate(8) - (0.1 + 0.9 / 2) * 2) < 1e-12)
        #expect(abs(rate(12) - 0.2) < 1e-12)
        #expect(abs(rate(100) - 0.2) < 1e-12)
    }

    @Test func `a schedule may be warm-up only, or a single step`() {
        #expect(LearningRate(peak: 1, warmUp: 10, steps: 5, final: 0)(4) == 0.5)
        #expect(LearningRate(peak: 1, warmUp: 0, steps: 1, final: 0.5)(0) == 1)
    }
}
