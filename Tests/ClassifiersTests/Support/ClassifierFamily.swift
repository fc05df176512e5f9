import LinearAlgebra
import Testing

@testable import Classifiers

/// All classifiers with each kind of parameters, for tests of common properties.
enum ClassifierFamily {
    typealias Model = any MultiLabelClassifier<Float>

    /// A classifier with parameters.
    struct Member: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fit: @Sendable (Matrix<Float>, LabelMatrix, Workers) throws -> Model
        /// A fit with half the weight per row, so that duplicated rows count once; nil if a
        /// random order makes duplicated rows a different problem.
        let fitHalved: (@Sendable (Matrix<Float>, LabelMatrix) throws -> Model)?
        /// The divisor of the scores of duplicated rows.
        var doubling = 1.0
        /// Creates the same model with the memberwise initializer.
        let remade: @Sendable (Model) throws -> Model
    }

    static let one = Workers(count: 1)

    static let members = [
        binaryRelevance("binary-relevance, logistic", .init(c: 1)),
        binaryRelevance("binary-relevance, linear-svm", .init(base: .linearSVM, c: 1)),
        binaryRelevance("binary-relevance, rbf-svm", .init(base: .radialSVM, c: 2)),
        mlaram("mlaram", .init()),
        mlaram("mlaram, three voters", .init(vigilance: 0.95, voters: 3)),
        mlaram("mlaram, clustered", .init(threshold: 0.01, clustering: 0.5)),
        mltsvm("mltsvm", .init()),
        svm("ml-svm, radial", .init(c: 1, kernel: .radial)),
        svm("ml-svm, radial, balanced", .init(c: 5, classWeight: .balanced)),
        svm("ml-svm, squared hinge", .init(c: 1, kernel: .linear, classWeight: .balanced)),
        svm("ml-svm, hinge", .init(c: 1, kernel: .linear, loss: .hinge)),
    ]

    private static func binaryRelevance(_ name: String, _ parameters: BinaryRelevance<Float>.Parameters) -> Member {
        Member(testDescription: name) {
            try BinaryRelevance.fit(features: $0, truth: $1, parameters: parameters, workers: $2)
        } fitHalved: {
            var halved = parameters
            halved.c /= 2
            return try BinaryRelevance.fit(features: $0, truth: $1, parameters: halved, workers: one)
        } remade: {
            let model = try #require($0 as? BinaryRelevance<Float>)
            return BinaryRelevance(
                base: model.base, decisionFunction: remade(model.decisionFunction),
                constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        }
    }

    private static func mlaram(_ name: String, _ parameters: MLARAM<Float>.Parameters) -> Member {
        let fit: @Sendable (Matrix<Float>, LabelMatrix, Workers) throws -> Model = {
            try MLARAM.fit(features: $0, truth: $1, parameters: parameters, seed: 3, workers: $2)
        }
        // Scores are counts of rows: twice as many rows have twice the score.
        var fitHalved: (@Sendable (Matrix<Float>, LabelMatrix) throws -> Model)?
        if parameters.voters == 1 { fitHalved = { try fit($0, $1, one) } }
        return Member(testDescription: name, fit: fit, fitHalved: fitHalved, doubling: 2) {
            let model = try #require($0 as? MLARAM<Float>)
            return MLARAM(
                range: FeatureRange(minimum: model.range.minimum, maximum: model.range.maximum),
                scaling: model.scaling, threshold: model.threshold, clustering: model.clustering,
                voters: model.voters.map {
                    Prototypes(lower: $0.lower, upper: $0.upper, labels: $0.labels, rowCounts: $0.rowCounts)
                })
        }
    }

    private static func mltsvm(_ name: String, _ parameters: MLTSVM<Float>.Parameters) -> Member {
        Member(testDescription: name) {
            try MLTSVM.fit(features: $0, truth: $1, parameters: parameters, workers: $2)
        } fitHalved: {
            // Half of both sums is the whole objective with twice the penalty, halved.
            var halved = parameters
            halved.ridge *= 2
            return try MLTSVM.fit(features: $0, truth: $1, parameters: halved, workers: one)
        } remade: {
            let model = try #require($0 as? MLTSVM<Float>)
            return MLTSVM(
                decisionFunction: model.decisionFunction, constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        }
    }

    private static func svm(_ name: String, _ parameters: MultiLabelSVM<Float>.Parameters) -> Member {
        Member(testDescription: name) {
            try MultiLabelSVM.fit(features: $0, truth: $1, parameters: parameters, workers: $2)
        } fitHalved: {
            var halved = parameters
            halved.c /= 2
            return try MultiLabelSVM.fit(features: $0, truth: $1, parameters: halved, workers: one)
        } remade: {
            let model = try #require($0 as? MultiLabelSVM<Float>)
            return MultiLabelSVM(
                decisionFunction: remade(model.decisionFunction), constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        }
    }

    private static func remade(_ function: DecisionFunction<Float>) -> DecisionFunction<Float> {
        switch function {
        case .linear(let function):
            .linear(LinearDecisionFunction(weights: function.weights, intercepts: function.intercepts))
        case .radial(let function):
            .radial(
                KernelDecisionFunction(
                    supportVectors: function.supportVectors, coefficients: function.coefficients,
                    intercepts: function.intercepts, gamma: function.gamma))
        }
    }
}
