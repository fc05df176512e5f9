import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

struct ConformalRiskControlTests {
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the bounds equal those of the reference, which MAPIE confirms`() throws {
        let oracle = try DecisionOracle.read("crc.json", as: DecisionOracle.RiskControl.self)
        let (scores, truth) = try DecisionOracle.scored()
        let rows = Array(0 ..< 100)
        let (calibration, labels) = (scores.selecting(rows: rows), truth.selecting(rows: rows))
        let risks = ConformalRiskControl.adjustedRisks(scores: calibration, truth: labels, steps: 100)
        #expect(risks.count == oracle.rPlus.count)
        for (found, expected) in zip(risks, oracle.rPlus) { #expect(abs(found - expected) < 1e-12) }

        for alpha in [0.1, 0.2, 0.3] {
            let control = ConformalRiskControl.fit(scores: calibration, truth: labels, alpha: alpha)
            #expect(abs(try #require(control.lambda) - oracle.lambdaHatMapie["\(alpha)"]!) < 1e-9)
        }
    }

    @Test func `the bound of four samples equals a hand calculation`() {
        // At λ = 0.5 one of four misses its label: 4/5 · 1/4 + 1/5 = 0.4.
        let scores = Matrix<Double>([[0.9], [0.8], [0.7], [0.45], [0.1]])
        let truth = LabelMatrix([[1], [1], [1], [1], [0]])
        let risks = ConformalRiskControl.adjustedRisks(scores: scores, truth: truth, steps: 2)
        #expect(risks == [0.2, 0.4])
        #expect(ConformalRiskControl.fit(scores: scores, truth: truth, alpha: 0.41, steps: 2).lambda == 0.5)
        #expect(ConformalRiskControl.fit(scores: scores, truth: truth, alpha: 0.4, steps: 2).lambda == 0)
        let control = ConformalRiskControl(alpha: 0.41, lambda: 0.5)
        #expect(control.sets(Matrix([[0.5], [0.51]])) == LabelMatrix([[0], [1]]))
    }

    @Test func `with too few samples, all labels are in the set`() {
        let scores = Matrix<Double>([[0.9, 0.1]])
        let control = ConformalRiskControl.fit(scores: scores, truth: LabelMatrix([[1, 0]]), alpha: 0.1)
        #expect(control.lambda == nil)
        #expect(control.sets(scores) == LabelMatrix([[1, 1]]))
        let untold = ConformalRiskControl.fit(scores: scores, truth: LabelMatrix([[0, 0]]), alpha: 0.5)
        #expect(untold.lambda == nil)
    }
}
