import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

@Suite struct MLTSVMTests {
    @Test func `one sample on each side is solved by hand`() throws {
        // H = (0, 1), G = (1, 1), λ = 1: S = diag(1, 2), g·S⁻¹g = 3/2, α = min(c, 2/3), z = −αS⁻¹g.
        let features = Matrix<Double>([[0], [1]])
        let truth = LabelMatrix([[1], [0]])
        let free = try MLTSVM.fit(features: features, truth: truth, parameters: .init(c: 5, tolerance: 1e-10))
        #expect(abs(free.machine.weights[0, 0] + 2.0 / 3) < 1e-9)
        #expect(abs(free.machine.intercepts[0] + 1.0 / 3) < 1e-9)
        let bounded = try MLTSVM.fit(features: features, truth: truth, parameters: .init(c: 0.5, tolerance: 1e-10))
        #expect(abs(bounded.machine.weights[0, 0] + 0.5) < 1e-12)
        #expect(abs(bounded.machine.intercepts[0] + 0.25) < 1e-12)
        #expect(abs(bounded.decisionDistance - 1 / (0.3125).squareRoot()) < 1e-12)
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"], [0.125, 0.5])
    func `planes and decisions are those of the published problem`(set: String, c: Double) throws {
        let model = try MLTSVM.fit(
            features: SharedMaterial.oracleMatrix("\(set)_Xs"), truth: SharedMaterial.oracleLabels("\(set)_Y"),
            parameters: .init(c: c, tolerance: 1e-10))
        #expect(model.unconvergedLabels == [])
        let name = "\(set)_mltsvm_c\(Int(c * 1000))_paper"
        let found = Matrix<Double>(
            (0 ..< model.labelCount).map { Array(model.machine.weights.row($0)) + [model.machine.intercepts[$0]] })
        #expect(try found.distance(to: SharedMaterial.oracleMatrix("\(name)_wb")) <= 1e-8)
        let scores = try model.scores(SharedMaterial.oracleMatrix("\(set)_Xts"))
        let signed = scores.values.map { UInt8(-$0 < model.decisionDistance ? 1 : 0) }
        let absolute = scores.values.map { UInt8(abs($0) < model.decisionDistance ? 1 : 0) }
        #expect(try signed == SharedMaterial.oracleLabels("\(name)_pred_signed").values)
        #expect(try absolute == SharedMaterial.oracleLabels("\(name)_pred_abs").values)
    }

    @Test func `settings out of their range are refused with their key`() {
        #expect(throws: FitError.parameter(key: "classifiers.mltsvm.lambda", expected: "positive", found: "0")) {
            try MLTSVM<Float>.Parameters(ridge: 0).validate()
        }
        #expect(throws: FitError.self) { try MLTSVM<Float>.Parameters(c: 0).validate() }
    }
}
