import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

@Suite struct MLTSVMTests {
    @Test func `the solution for one sample on each side equals a hand calculation`() throws {
        // H = (0, 1), G = (1, 1), λ = 1: S = diag(1, 2), g·S⁻¹g = 3/2, α = min(c, 2/3), z = −αS⁻¹g.
        let features = Matrix<Double>([[0], [1]])
        let truth = LabelMatrix([[1], [0]])
        let free = try MLTSVM.fit(features: features, truth: truth, parameters: .init(c: 5, tolerance: 1e-10))
        #expect(abs(free.decisionFunction.weights[0, 0] + 2.0 / 3) < 1e-9)
        #expect(abs(free.decisionFunction.intercepts[0] + 1.0 / 3) < 1e-9)
        let bounded = try MLTSVM.fit(features: features, truth: truth, parameters: .init(c: 0.5, tolerance: 1e-10))
        #expect(abs(bounded.decisionFunction.weights[0, 0] + 0.5) < 1e-12)
        #expect(abs(bounded.decisionFunction.intercepts[0] + 0.25) < 1e-12)
        #expect(abs(bounded.decisionDistance - 1 / (0.3125).squareRoot()) < 1e-12)
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"], [0.125, 0.5])
    func `hyperplanes and decisions solve the published problem`(set: String, c: Double) throws {
        let model = try MLTSVM.fit(
            features: SharedMaterial.oracleMatrix("\(set)_Xs"), truth: SharedMaterial.oracleLabels("\(set)_Y"),
            parameters: .init(c: c, tolerance: 1e-10))
        #expect(model.unconvergedLabels == [])
        let name = "\(set)_mltsvm_c\(Int(c * 1000))_paper"
        let found = Matrix<Double>(
            (0 ..< model.labelCount).map {
                Array(model.decisionFunction.weights.row($0)) + [model.decisionFunction.intercepts[$0]]
            })
        #expect(try found.distance(to: SharedMaterial.oracleMatrix("\(name)_wb")) <= 1e-8)
        let scores = try model.scores(SharedMaterial.oracleMatrix("\(set)_Xts"))
        let signed = scores.values.map { UInt8(-$0 < model.decisionDistance ? 1 : 0) }
        let absolute = scores.values.map { UInt8(abs($0) < model.decisionDistance ? 1 : 0) }
        #expect(try signed == SharedMaterial.oracleLabels("\(name)_pred_signed").values)
        #expect(try absolute == SharedMaterial.oracleLabels("\(name)_pred_abs").values)
    }

    @Test func `parameters out of their range are rejected with their name`() {
        #expect(throws: FitError.parameter(name: "lambda", expected: "a number above 0", found: "0")) {
            try MLTSVM<Float>.Parameters(ridge: 0).validate()
        }
        #expect(throws: FitError.self) { try MLTSVM<Float>.Parameters(c: 0).validate() }
    }
}
