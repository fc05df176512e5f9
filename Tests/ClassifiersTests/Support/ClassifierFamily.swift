import LinearAlgebra
import Testing

@testable import Classifiers

/// Every classifier with each of its kinds of settings, for tests of what holds for all.
enum ClassifierFamily {
    typealias Model = any MultiLabelClassifier<Float>

    /// A classifier with its settings.
    struct Member: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let fit: @Sendable (Matrix<Float>, LabelMatrix, Workers) throws -> Model
        /// A fit in which each row has half the weight, so that rows that are there twice count once. Nil where a
        /// random order gives twice as many rows another meaning.
        let fitHalved: (@Sendable (Matrix<Float>, LabelMatrix) throws -> Model)?
        /// What its scores of doubled rows are to be divided by.
        var doubling = 1.0
        /// The same model through its memberwise initialiser.
        let remade: @Sendable (Model) throws -> Model
    }

    static let one = Workers(count: 1)

    static let members = [
        binaryRelevance("binary-relevance, logistic", .init()),
        binaryRelevance("binary-relevance, linear-svm", .init(base: .linearSVM)),
        binaryRelevance("binary-relevance, rbf-svm", .init(base: .radialSVM, c: 2)),
        mlaram("mlaram", .init()),
        mlaram("mlaram, three voters", .init(vigilance: 0.95, voters: 3)),
        mlaram("mlaram, clustered", .init(threshold: 0.01, clustering: 0.5)),
        mltsvm("mltsvm", .init()),
        svm("ml-svm, radial", .init(kernel: .radial)),
        svm("ml-svm, radial, balanced", .init(c: 5, classWeight: .balanced)),
        svm("ml-svm, squared hinge", .init(kernel: .linear, classWeight: .balanced)),
        svm("ml-svm, hinge", .init(kernel: .linear, loss: .hinge)),
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
                base: model.base, machine: remade(model.machine), constantLabels: model.constantLabels,
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
                machine: model.machine, constantLabels: model.constantLabels,
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
                machine: remade(model.machine), constantLabels: model.constantLabels,
                unconvergedLabels: model.unconvergedLabels)
        }
    }

    private static func remade(_ machine: LabelMachine<Float>) -> LabelMachine<Float> {
        switch machine {
        case .linear(let machine):
            .linear(LinearMachine(weights: machine.weights, intercepts: machine.intercepts))
        case .radial(let machine):
            .radial(
                RadialMachine(
                    supportVectors: machine.supportVectors, coefficients: machine.coefficients,
                    intercepts: machine.intercepts, gamma: machine.gamma))
        }
    }
}
