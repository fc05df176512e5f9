import Classifiers
import Datasets
import Files
import Imaging
import LinearAlgebra
import NeuralNetwork

/// All that is needed to answer for a picture: what `model.h5` holds.
public struct TrainedModel: Sendable {
    /// The experiment's name.
    public let name: String
    public let labelSpace: LabelSpace
    public let preprocessing: Preprocessing
    /// The network that makes the features; nil for a model that was trained on a feature file.
    public let networkWeights: MobileNetV2Weights?
    /// How exactly the network is computed.
    public let precision: Precision
    /// How the features that it reads are made, as `FeatureExtractor.label` has it.
    public let extractor: String
    public let ensemble: Ensemble
    public let policy: UncertaintyPolicy
    /// Whether a picture is an ECG like those of training; nil where that is not checked.
    public let outOfDistributionCheck: OutOfDistributionCheck?
    /// How many training rows carried each label, before balancing: L values.
    public let trainingSupport: [Int]
    /// How many training rows there were before balancing.
    public let trainingRows: Int
    /// The label combination that is most frequent in training: the naive baseline's decision.
    public let mostFrequentLabels: [Int]
    /// Where it comes from, for people: no result depends on it. Nothing in it tells time, place or machine.
    public let provenance: Provenance
    /// SHA-256 of the model file's content; nil before the model was written or read.
    public internal(set) var digest: Digest?

    public struct Provenance: Codable, Equatable, Sendable {
        public var heartsense: String
        public var datasetSHA256: Digest
        public var seed: UInt64
        /// The resolved experiment, without the paths that say where things lay.
        public var configuration: [String: String]
        /// What a reader must know before believing the numbers.
        public var warnings: [String]

        public init(
            heartsense: String, datasetSHA256: Digest, seed: UInt64, configuration: [String: String],
            warnings: [String]
        ) {
            self.heartsense = heartsense
            self.datasetSHA256 = datasetSHA256
            self.seed = seed
            self.configuration = configuration
            self.warnings = warnings
        }

        /// Stands at the top of every result with the ink as drawn.
        package static let asDrawnWarning =
            "Made with preprocessing.ink=as-drawn: the colour of the ink is still in the pictures. Where classes are "
            + "drawn in different colours, as in the public ECG image set, these scores measure the ink and not the "
            + "heart"

        /// The start of the warning about a leak that `audit=accept` let through.
        package static let acceptedLeakPrefix = "Trained in spite of a leak: "

        /// Whether a warning of the training holds for every later result of the model too.
        package static func staysWithModel(_ warning: String) -> Bool {
            warning == asDrawnWarning || warning.hasPrefix(acceptedLeakPrefix)
        }
    }

    public init(
        name: String, labelSpace: LabelSpace, preprocessing: Preprocessing, networkWeights: MobileNetV2Weights?,
        precision: Precision = .float32, extractor: String, ensemble: Ensemble, policy: UncertaintyPolicy,
        outOfDistributionCheck: OutOfDistributionCheck? = nil, trainingSupport: [Int], trainingRows: Int,
        mostFrequentLabels: [Int], provenance: Provenance
    ) {
        precondition(trainingSupport.count == labelSpace.count, "support of another number of labels")
        self.precision = precision
        self.name = name
        self.labelSpace = labelSpace
        self.preprocessing = preprocessing
        self.networkWeights = networkWeights
        self.extractor = extractor
        self.ensemble = ensemble
        self.policy = policy
        self.outOfDistributionCheck = outOfDistributionCheck
        self.trainingSupport = trainingSupport
        self.trainingRows = trainingRows
        self.mostFrequentLabels = mostFrequentLabels
        self.provenance = provenance
    }

    /// The extractor that makes the features that this model reads.
    ///
    /// - Throws: `ModelFileError.featuresOnly` for a model that was trained on a feature file;
    ///   `PrecisionError.unavailable` where this machine cannot compute as the model's training did.
    public func extractor(cacheFolder: String?, model path: String, dataset: String) throws -> FeatureExtractor {
        guard let networkWeights else { throw ModelFileError.featuresOnly(model: path, dataset: dataset) }
        try precision.check()
        return FeatureExtractor(
            preprocessing: preprocessing,
            network: MobileNetV2(networkWeights, inputSize: preprocessing.size, precision: precision),
            cacheFolder: cacheFolder)
    }

    /// How pictures are prepared, for reports; a model of a feature file says how its features were made.
    package var preprocessingName: String {
        networkWeights == nil ? extractor : preprocessing.description + precision.suffix
    }

    /// The scores of the naive baseline for n samples: each label's share of the training rows, and always the most
    /// frequent labels decided.
    package func baseline(rows: Int) -> (scores: Matrix<Double>, decision: LabelMatrix) {
        let shares = trainingSupport.map { Double($0) / Double(max(trainingRows, 1)) }
        var decision = LabelMatrix(rows: rows, columns: labelSpace.count)
        for row in 0 ..< rows {
            for label in mostFrequentLabels { decision[row, label] = true }
        }
        let scores = Matrix(
            rows: rows, columns: labelSpace.count, values: (0 ..< rows).flatMap { _ in shares })
        return (scores, decision)
    }
}
