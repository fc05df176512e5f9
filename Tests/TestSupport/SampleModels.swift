import Classifiers
import Datasets
import Files
import Foundation
import Imaging
import Inference
import LinearAlgebra
import NeuralNetwork
import Progress

/// Small trained models.
package enum SampleModels {
    package static let allMembers: [Member.Parameters] = [
        .binaryRelevance(BinaryRelevance<Float>.Parameters(c: 1)), .mlaram(MLARAM<Float>.Parameters()),
        .multiLabelSVM(MultiLabelSVM<Float>.Parameters(c: 1)),
    ]

    package static let linearMachine: Member.Parameters = {
        var parameters = MultiLabelSVM<Float>.Parameters(c: 1)
        parameters.kernel = .linear
        return .multiLabelSVM(parameters)
    }()

    /// Other variants of the members: bases, voters, clusters, a fourth classifier.
    package static let otherMembers: [[Member.Parameters]] = [
        [
            .binaryRelevance(.init(base: .linearSVM, c: 1)),
            .mlaram(.init(vigilance: 0.95, voters: 3, clustering: 0.4)),
            .mltsvm(.init()),
        ],
        [.binaryRelevance(.init(base: .radialSVM, c: 1)), .mltsvm(.init(c: 2, ridge: 0.5))],
    ]

    /// Trains a model on a table's rows. If a network is given, the table must have its number of features.
    package static func fit(
        _ table: FeatureTable = SampleTables.table(rows: 30), members: [Member.Parameters] = allMembers,
        network: MobileNetV2Weights? = nil, preprocessing: Preprocessing = Preprocessing(size: 32),
        precision: Precision = .float32, policy: UncertaintyPolicy = UncertaintyPolicy(minimumConfidence: 0.5),
        parameters: EnsembleCalibration.Parameters = .init(), workers: Workers = Workers(count: 2)
    ) throws -> TrainedModel {
        let truth = table.dataset.truth
        let fit = try Ensemble.fit(
            features: table.features, truth: truth, members: members,
            calibrationSet: .crossFit(folds: (0 ..< truth.rows).map { $0 / 3 % 3 }), parameters: parameters, seed: 1,
            workers: workers)
        return TrainedModel(
            name: "sample", labelSpace: table.dataset.labelSpace, preprocessing: preprocessing, networkWeights: network,
            precision: precision,
            extractor: FeatureExtractor.label(
                preprocessing: preprocessing, weights: network?.digest, precision: precision),
            ensemble: fit.ensemble, policy: policy, trainingSupport: truth.support, trainingRows: truth.rows,
            mostFrequentLabels: [0],
            provenance: .init(
                heartsense: HeartSenseVersion.current, datasetSHA256: table.digest, seed: .max,
                configuration: ["seed": "\(UInt64.max)"], warnings: [.data(.division("a “warning”"))]))
    }

    /// The narrowest network. It computes 1280 features quickly.
    package static let network = MobileNetV2Weights.random(alpha: 0.05, seed: 1)

    /// Trains a model for pictures of 32 × 32.
    package static func ofPictures() throws -> TrainedModel {
        try fit(SampleTables.table(rows: 12, columns: network.featureCount), network: network)
    }
}
