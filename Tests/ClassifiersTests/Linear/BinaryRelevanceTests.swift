import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

@Suite struct BinaryRelevanceTests {
    private func hyperplanes<Scalar>(_ model: BinaryRelevance<Scalar>) throws -> LinearDecisionFunction<Scalar> {
        guard case .linear(let function) = model.decisionFunction else { throw Missing.hyperplanes }
        return function
    }

    private enum Missing: Error { case hyperplanes }

    @Test func `the solution of two opposite samples equals a hand calculation`() throws {
        // x = ±1, C = 1: w = 2σ(−w) by symmetry, b = 0.
        let model = try BinaryRelevance<Double>.fit(
            features: Matrix([[1], [-1]]), truth: LabelMatrix([[1], [0]]), parameters: .init(c: 1, tolerance: 1e-12))
        let function = try hyperplanes(model)
        let weight = function.weights[0, 0]
        #expect(abs(weight - 2 / (1 + exp(weight))) < 1e-10)
        #expect(abs(function.intercepts[0]) < 1e-10)
    }

    @Test func `without informative features, the intercept is the log odds`() throws {
        let model = try BinaryRelevance<Double>.fit(
            features: Matrix(rows: 8, columns: 2), truth: LabelMatrix([[1], [0], [0], [0], [1], [0], [0], [0]]))
        let function = try hyperplanes(model)
        #expect(function.weights.values == [0, 0])
        #expect(abs(function.intercepts[0] - log(2.0 / 6)) < 1e-6)
        #expect(abs(model.probabilities(Matrix(rows: 1, columns: 2)).values[0] - 0.25) < 1e-6)
    }

    @Test func `a constant label has a finite score on its side and is listed`() throws {
        let (features, other) = Samples.overlapping(rows: 20, columns: 3, labels: 1, of: Float.self)
        let truth = LabelMatrix((0 ..< 20).map { [0, other.values[$0], 1] })
        let model = try BinaryRelevance.fit(features: features, truth: truth)
        #expect(model.constantLabels == [0, 2])
        #expect(model.unconvergedLabels == [])
        let scores = model.scores(features)
        #expect((0 ..< 20).allSatisfy { scores[$0, 0] == -log(41) && scores[$0, 2] == log(41) })
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"])
    func `weights and probabilities equal the exact optimum`(set: String) throws {
        let features = try SharedMaterial.oracleMatrix("\(set)_Xs")
        let test = try SharedMaterial.oracleMatrix("\(set)_Xts")
        let truth = try SharedMaterial.oracleLabels("\(set)_Y")
        let settings: [(String, Double, ClassWeight)] = [
            ("C1", 1, .none), ("C001", 0.01, .none), ("C1bal", 1, .balanced),
        ]
        for (name, c, classWeight) in settings {
            let model = try BinaryRelevance.fit(
                features: features, truth: truth,
                parameters: .init(c: c, classWeight: classWeight, tolerance: 1e-12))
            #expect(model.unconvergedLabels == [])
            let expected = try SharedMaterial.oracleMatrix("\(set)_lr_\(name)_wb")
            let function = try hyperplanes(model)
            let found = Matrix<Double>(
                (0 ..< model.labelCount).map { function.weights.row($0) + [function.intercepts[$0]] })
            #expect(found.distance(to: expected) <= 1e-8)
            let probabilities = try SharedMaterial.oracleMatrix("\(set)_lr_\(name)_proba")
            #expect(model.probabilities(test).distance(to: probabilities) <= 1e-8)
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `single precision is close to the optimum at the default tolerance`() throws {
        let model = try BinaryRelevance<Float>.fit(
            features: SharedMaterial.oracleMatrix("B_Xs").converted(), truth: SharedMaterial.oracleLabels("B_Y"),
            parameters: .init(c: 1))
        #expect(model.unconvergedLabels == [])
        let found = try model.probabilities(SharedMaterial.oracleMatrix("B_Xts").converted())
        #expect(try found.distance(to: SharedMaterial.oracleMatrix("B_lr_C1_proba")) <= 1e-4)
    }

    @Test func `support vector bases have the decision functions of the multi-label SVM`() throws {
        let (features, truth) = Samples.overlapping(rows: 80, columns: 9, labels: 3, of: Float.self)
        let pairs: [(BinaryRelevance<Float>.Parameters, MultiLabelSVM<Float>.Parameters)] = [
            (.init(base: .linearSVM, c: 0.5), .init(c: 0.5, kernel: .linear)),
            (
                .init(base: .linearSVM, c: 2, loss: .hinge, classWeight: .balanced, tolerance: 1e-4),
                .init(c: 2, kernel: .linear, loss: .hinge, classWeight: .balanced, tolerance: 1e-4)
            ),
            (
                .init(base: .radialSVM, c: 3, gamma: .value(0.2), kernelMemory: 1),
                .init(c: 3, kernel: .radial, gamma: .value(0.2), kernelMemory: 1)
            ),
        ]
        for (own, other) in pairs {
            let model = try BinaryRelevance.fit(features: features, truth: truth, parameters: own, seed: 4)
            #expect(model.base == own.base)
            #expect(
                try model.decisionFunction
                    == MultiLabelSVM.fit(features: features, truth: truth, parameters: other, seed: 4).decisionFunction)
        }
    }

    @Test func `a parameter out of its range is rejected with its name`() {
        let error = FitError.parameter(name: "C", expected: "a number above 0", found: "-1")
        #expect(throws: error) {
            try BinaryRelevance<Float>.Parameters(c: -1).validate()
        }
        #expect(error.description == "C must be a number above 0, found -1")
        #expect(throws: FitError.self) { try BinaryRelevance<Float>.Parameters(tolerance: 0).validate() }
        #expect(throws: FitError.self) { try BinaryRelevance<Float>.Parameters(c: .nan).validate() }
        #expect(throws: FitError.parameter(name: "gamma", expected: "scale or a number above 0", found: "0")) {
            try BinaryRelevance<Float>.Parameters(base: .radialSVM, gamma: .value(0)).validate()
        }
    }
}
