import LinearAlgebra
import Testing

@testable import NeuralNetwork

struct GradientNormTests {
    @Test(arguments: [0, 1, 7, 8, 9, 16_384, 40_001])
    func `the norm is the root of the sum of squares, for any length and number of workers`(count: Int) {
        var generator = SeededGenerator(seed: 2)
        let gradient = (0 ..< count).map { _ in Float(generator.normal()) }
        let expected = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        let found = GradientNorm.of(gradient, workers: Workers(count: 1))
        #expect(abs(found - expected) <= 1e-12 * max(expected, 1))
        #expect(GradientNorm.of(gradient, workers: Workers(count: 3)) == found)
    }

    @Test func `a gradient above the limit is clipped, others are unchanged`() {
        #expect(GradientNorm.scale(norm: 4, limit: 1) == 0.25)
        #expect(GradientNorm.scale(norm: 0.5, limit: 1) == 1)
        #expect(GradientNorm.scale(norm: 4, limit: nil) == 1)
    }

    @Test func `the norm of a gradient with NaN or infinity is not finite`() {
        #expect(!GradientNorm.of([1, .nan, 2], workers: Workers(count: 1)).isFinite)
        #expect(!GradientNorm.of([1, .infinity], workers: Workers(count: 1)).isFinite)
    }
}
