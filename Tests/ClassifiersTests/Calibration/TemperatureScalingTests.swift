import Classifiers
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct TemperatureScalingTests {
    /// scipy.optimize.minimize_scalar over 1/T on the oracle's decision values; Brent's method finds a minimum to the
    /// square root of the precision.
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the temperature equals that of SciPy`() throws {
        let oracle = try DecisionOracle.read("calibration.json", as: DecisionOracle.Calibration.self)
        let scaling = TemperatureScaling.fit(logits: oracle.df, truth: oracle.y)
        #expect(abs(scaling.temperature - 0.9205847676630623) < 1e-7)
    }

    @Test func `the temperature of three samples equals a hand calculation`() {
        // Two right and one wrong at the same logit 1: σ(1/T) = 2/3, so T = 1/ln 2.
        let scaling = TemperatureScaling.fit(logits: [1, 1, 1], truth: [1, 1, 0])
        #expect(abs(scaling.temperature - 1 / log(2)) < 1e-12)
        #expect(abs(scaling.probability(1) - 2.0 / 3) < 1e-12)
        #expect(scaling.probability(0) == 0.5)
    }

    @Test func `no other temperature has a lower log loss`() {
        let (values, truth) = PlattCalibratorTests.sample(count: 200, seed: 9)
        let scaling = TemperatureScaling.fit(logits: values.map { 5 * $0 }, truth: truth)
        func loss(_ temperature: Double) -> Double {
            let scaling = TemperatureScaling(temperature: temperature)
            return zip(values, truth).reduce(0) { sum, sample in
                let p = scaling.probability(5 * sample.0)
                return sum - log(sample.1 == 1 ? p : 1 - p)
            }
        }
        for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2] {
            #expect(loss(scaling.temperature) < loss(factor * scaling.temperature))
        }
    }

    @Test func `separable, uninformative and missing logits have a finite temperature`() {
        let separated = TemperatureScaling.fit(logits: [-200, 300], truth: [0, 1])
        #expect(separated.temperature == 10)
        #expect(separated.probability(300) > 1 - 1e-12)
        let wrong = TemperatureScaling.fit(logits: [-2, 2], truth: [1, 0])
        #expect(abs(wrong.probability(2) - 0.5) < 1e-3)
        #expect(TemperatureScaling.fit(logits: [0, 0], truth: [1, 0]).temperature == 1)
        #expect(TemperatureScaling.fit(logits: [], truth: []).temperature == 1)
    }

    @Test func `decoding a temperature that is not positive throws`() {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(TemperatureScaling.self, from: Data(#"{"temperature":0}"#.utf8))
        }
    }
}
