import Foundation
import LinearAlgebra
import TestSupport
import Testing

/// Reads `oracles/multilabel` for tests of calibration, thresholds, votes and conformal prediction.
///
/// `JSONDecoder` reads numbers exactly; `JSONSerialization` can be one bit off.
enum DecisionOracle {
    /// 200 decision values with their truth, and the results of scikit-learn.
    struct Calibration: Decodable {
        let df: [Double]
        let y: [UInt8]
        let plattA: Double
        let plattB: Double
        let grid: [Double]
        let plattGrid: [Double]
        let isoGrid: [Double]
        let isoX: [Double]
        let isoY: [Double]
    }

    struct Thresholds: Decodable {
        struct Label: Decodable {
            let t: Double
            let f1: Double
        }

        let perLabel: [Label]
    }

    struct Voting: Decodable {
        let votes: [[[UInt8]]]
        let proba: [[[Double]]]
        let weights: [Double]
        let hard3: [[UInt8]]
        let hard4TieGoesTo0: [[UInt8]]
        let hard4Weighted: [[UInt8]]
        let softMean: [[Double]]
        let softWeighted: [[Double]]
    }

    struct Conformal: Decodable {
        /// By α, then label, then class; 1e300 is infinite.
        let bounds: [String: [[Double]]]
        /// By α, then label, then sample: has no, has yes.
        let sets: [String: [[[Int]]]]

        enum CodingKeys: String, CodingKey {
            case bounds = "q_per_label_[class0,class1] (1e300=inf)"
            case sets = "sets_[has0,has1] label-major"
        }
    }

    struct RiskControl: Decodable {
        let rPlus: [Double]
        let lambdaHatMapie: [String: Double]
    }

    static func read<Content: Decodable>(
        _ file: String, as: Content.Type = Content.self, keys: JSONDecoder.KeyDecodingStrategy = .convertFromSnakeCase
    ) throws -> Content {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = keys
        return try decoder.decode(Content.self, from: SharedMaterial.data("oracles/multilabel/\(file)"))
    }

    /// 150 × 6 probabilities of a logistic regression, and their truth.
    static func scored() throws -> (scores: Matrix<Double>, truth: LabelMatrix) {
        (try SharedMaterial.oracleMatrix("B_lr_C1_proba"), try SharedMaterial.oracleLabels("B_Yt"))
    }
}
