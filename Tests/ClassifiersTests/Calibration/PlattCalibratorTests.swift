import Classifiers
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct PlattCalibratorTests {
    /// scikit-learn stops at a gradient of 1e-5, which leaves its slope 1.1e-7 and its probabilities 3.4e-8 from the
    /// optimum. The exact values are those of scikit-learn after further Newton steps in NumPy until convergence.
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the curve equals the exact optimum of scikit-learn`() throws {
        let oracle = try DecisionOracle.read("calibration.json", as: DecisionOracle.Calibration.self)
        let curve = PlattCalibrator.fit(decisionValues: oracle.df, truth: oracle.y)
        #expect(abs(curve.slope - -1.088946859833168) < 1e-9)
        #expect(abs(curve.offset - 0.4273316418235664) < 1e-9)

        #expect(abs(curve.slope - oracle.plattA) < 2e-7)
        #expect(abs(curve.offset - oracle.plattB) < 2e-7)
        for (value, height) in zip(oracle.grid, oracle.plattGrid) {
            #expect(abs(curve.probability(value) - height) < 1e-7)
        }
    }

    @Test func `the gradient of the fit is zero`() {
        let (values, truth) = Self.sample(count: 300, seed: 3)
        let curve = PlattCalibrator.fit(decisionValues: values, truth: truth)
        let positives = Double(truth.count { $0 == 1 })
        let (yes, no) = ((positives + 1) / (positives + 2), 1 / (300 - positives + 2))
        var gradient = (0.0, 0.0)
        for (value, isTrue) in zip(values, truth) {
            let residual = (isTrue == 1 ? yes : no) - curve.probability(value)
            gradient.0 += value * residual
            gradient.1 += residual
        }
        #expect(abs(gradient.0) < 1e-9 && abs(gradient.1) < 1e-9)
    }

    @Test func `the unit of decision values does not matter`() {
        let (values, truth) = Self.sample(count: 100, seed: 4)
        let curve = PlattCalibrator.fit(decisionValues: values, truth: truth)
        let scaled = PlattCalibrator.fit(decisionValues: values.map { 1e6 * $0 - 4e7 }, truth: truth)
        for value in [-3.0, 0, 0.5, 4] {
            #expect(abs(curve.probability(value) - scaled.probability(1e6 * value - 4e7)) < 1e-7)
        }
    }

    @Test func `separable classes give a finite ascending curve`() {
        let curve = PlattCalibrator.fit(decisionValues: [-2, -1, 1, 2], truth: [0, 0, 1, 1])
        #expect(curve.slope < 0 && curve.slope.isFinite)
        #expect(curve.probability(-2) < 0.3 && curve.probability(2) > 0.7)
        // The softened targets are 3/4 and 1/4, which the curve meets on average.
        let mean = [-2.0, -1, 1, 2].reduce(0) { $0 + curve.probability($1) } / 4
        #expect(abs(mean - 0.5) < 1e-9)
    }

    @Test func `constant truth gives a constant by Laplace's rule`() {
        #expect(abs(PlattCalibrator.fit(decisionValues: [1, 5, 9], truth: [1, 1, 1]).probability(-100) - 0.8) < 1e-15)
        #expect(abs(PlattCalibrator.fit(decisionValues: [1, 5, 9], truth: [0, 0, 0]).probability(100) - 0.2) < 1e-15)
        #expect(PlattCalibrator.fit(decisionValues: [], truth: []).probability(3) == 0.5)
    }

    @Test func `equal decision values are a constant near the prevalence`() {
        let curve = PlattCalibrator.fit(
            decisionValues: Array(repeating: 7, count: 10), truth: [1] + Array(repeating: 0, count: 9))
        #expect(curve.slope == 0)
        // (1 · 2/3 + 9 · 1/11) / 10
        #expect(abs(curve.probability(7) - (2.0 / 3 + 9.0 / 11) / 10) < 1e-12)
    }

    @Test func `extreme values give probabilities`() {
        let curve = PlattCalibrator(slope: -1, offset: 0)
        #expect(curve.probability(1000) == 1)
        #expect(curve.probability(-1000) == 0)
        #expect(curve.probability(-700) > 0)
    }

    static func sample(count: Int, seed: UInt64) -> (values: [Double], truth: [UInt8]) {
        var random = SeededGenerator(seed: seed)
        let values = (0 ..< count).map { _ in 2 * random.normal() }
        let truth = values.map { random.uniform() < 1 / (1 + exp(0.4 - 1.3 * $0)) ? UInt8(1) : 0 }
        return (values, truth)
    }
}
