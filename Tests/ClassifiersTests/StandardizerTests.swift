import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Classifiers

@Suite struct StandardizerTests {
    @Test func `two samples become minus one and one`() {
        let features = Matrix<Float>([[1, 10], [3, 30]])
        let standardizer = Standardizer(fitting: features)
        #expect(standardizer.mean == [2, 20])
        #expect(standardizer.scale == [1, 10])
        #expect(standardizer.apply(features) == Matrix([[-1, -1], [1, 1]]))
    }

    @Test func `a single sample has scale one and becomes zero`() {
        let features = Matrix<Double>([[4, -7]])
        let standardizer = Standardizer(fitting: features)
        #expect(standardizer.scale == [1, 1])
        #expect(standardizer.apply(features) == Matrix([[0, 0]]))
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence), arguments: ["A", "B"])
    func `means, scales and scaled features equal those of scikit-learn`(set: String) throws {
        let standardizer = Standardizer(fitting: try SharedMaterial.oracleMatrix("\(set)_X"))
        let mean = try SharedMaterial.oracleMatrix("\(set)_scaler_mean").values
        let scale = try SharedMaterial.oracleMatrix("\(set)_scaler_scale").values
        #expect(zip(standardizer.mean, mean).allSatisfy { abs($0 - $1) <= 1e-12 })
        #expect(zip(standardizer.scale, scale).allSatisfy { abs($0 - $1) <= 1e-12 })
        let scaled = standardizer.apply(try SharedMaterial.oracleMatrix("\(set)_Xt"))
        let expected = try SharedMaterial.oracleMatrix("\(set)_Xts")
        #expect(zip(scaled.values, expected.values).allSatisfy { abs($0 - $1) <= 1e-12 })
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `constant, tiny and far-off columns are scaled as scikit-learn scales them`() throws {
        struct Oracle: Decodable {
            let features: [[Double]]
            let mean: [Double]
            let scale: [Double]
            let scaled: [[Double]]

            enum CodingKeys: String, CodingKey {
                case features = "X"
                case mean, scale
                case scaled = "Xs"
            }
        }
        let oracle = try JSONDecoder().decode(
            Oracle.self, from: SharedMaterial.data("oracles/multilabel/scaler_const.json"))
        let features = Matrix<Double>(oracle.features)
        let standardizer = Standardizer(fitting: features)
        #expect(zip(standardizer.mean, oracle.mean).allSatisfy { abs($0 - $1) <= 1e-12 * max(1, abs($1)) })
        #expect(zip(standardizer.scale, oracle.scale).allSatisfy { abs($0 - $1) <= 1e-12 })
        let scaled = standardizer.apply(features).values
        #expect(zip(scaled, oracle.scaled.flatMap { $0 }).allSatisfy { abs($0 - $1) <= 1e-12 })
    }
}
