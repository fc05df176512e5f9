import Classifiers
import Foundation
import LinearAlgebra
import TestSupport
import Testing

struct IsotonicCalibratorTests {
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the steps equal those of scikit-learn`() throws {
        let oracle = try DecisionOracle.read("calibration.json", as: DecisionOracle.Calibration.self)
        let curve = IsotonicCalibrator.fit(decisionValues: oracle.df, truth: oracle.y)
        #expect(curve.decisionValues == oracle.isoX)
        #expect(curve.probabilities.count == oracle.isoY.count)
        for (found, height) in zip(curve.probabilities, oracle.isoY) { #expect(abs(found - height) < 1e-12) }
        for (value, height) in zip(oracle.grid, oracle.isoGrid) {
            #expect(abs(curve.probability(value) - height) < 1e-12)
        }
    }

    @Test func `the steps of five samples equal a hand calculation`() {
        // 0, then 1 and 0 pooled to 1/2, then 1 and 1.
        let curve = IsotonicCalibrator.fit(decisionValues: [5, 1, 2, 4, 3], truth: [1, 0, 1, 1, 0])
        #expect(curve.decisionValues == [1, 2, 3, 4, 5])
        #expect(curve.probabilities == [0, 0.5, 0.5, 1, 1])
        #expect(curve.probability(2.5) == 0.5)
        #expect(curve.probability(1.5) == 0.25, "linear between steps")
        #expect(curve.probability(-9) == 0 && curve.probability(9) == 1, "clipped at the ends")
    }

    @Test func `equal decision values have the same height`() {
        let curve = IsotonicCalibrator.fit(decisionValues: [1, 1, 1, 2], truth: [1, 0, 0, 1])
        #expect(curve.decisionValues == [1, 2])
        #expect(curve.probabilities == [1.0 / 3, 1])
    }

    @Test func `the min-max formula of isotonic regression gives the same heights`() {
        let (values, truth) = PlattCalibratorTests.sample(count: 60, seed: 7)
        let curve = IsotonicCalibrator.fit(decisionValues: values, truth: truth)
        let order = values.indices.sorted { values[$0] < values[$1] }
        let sorted = order.map { Double(truth[$0]) }
        func mean(_ from: Int, _ to: Int) -> Double { sorted[from ... to].reduce(0, +) / Double(to - from + 1) }
        for rank in 0 ..< 60 {
            // The height is the largest over starts of the smallest over ends of the mean between them.
            let height = (0 ... rank).map { from in (rank ..< 60).map { mean(from, $0) }.min()! }.max()!
            #expect(abs(curve.probability(values[order[rank]]) - height) < 1e-12)
        }
    }

    @Test func `one sample and descending truth give a constant`() {
        #expect(IsotonicCalibrator.fit(decisionValues: [3], truth: [1]).probability(0) == 1)
        let falling = IsotonicCalibrator.fit(decisionValues: [1, 2, 3, 4], truth: [1, 1, 0, 0])
        #expect(falling.decisionValues == [1, 4])
        #expect(falling.probabilities == [0.5, 0.5])
    }

    @Test(arguments: [
        #"{"decisionValues":[1,2],"probabilities":[0.5]}"#, #"{"decisionValues":[],"probabilities":[]}"#,
        #"{"decisionValues":[2,1],"probabilities":[0.1,0.5]}"#, #"{"decisionValues":[1,2],"probabilities":[0.5,0.1]}"#,
        #"{"decisionValues":[1,2],"probabilities":[0.5,1.5]}"#,
    ])
    func `decoding a curve that is not ascending throws`(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(IsotonicCalibrator.self, from: Data(text.utf8))
        }
    }
}
