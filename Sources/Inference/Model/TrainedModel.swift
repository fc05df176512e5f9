import Classifiers
import Datasets
import Files
import Imaging
import LinearAlgebra
import NeuralNetwork

/// A trained model with everything that is needed to classify a picture. `model.h5` stores it.
public struct TrainedModel: Sendable {
    /// The experiment's name.
    public let name: String
    public let labelSpace: LabelSpace
    /// The kind of sample that the model reads.
    public let input: InputKind
    /// The names of the measurements that are the features, before those of a network; empty for pictures.
    public let measurements: [String]
    public let preprocessing: Preprocessing
    /// The network that computes the features; nil for a model that was trained on a feature file.
    public let networkWeights: MobileNetV2Weights?
    /// The floating-point precision of the network.
    public let precision: Precision
    /// The way the features are computed, see `FeatureExtractor.label`.
    public let extractor: String
    public let ensemble: Ensemble
    public let policy: UncertaintyPolicy
    /// The check for pictures unlike those of training; nil if disabled.
    public let outOfDistributionCheck: OutOfDistributionCheck?
    /// The number of training rows with each label, before balancing: L values.
    public let trainingSupport: [Int]
    /// The number of training rows, before balancing.
    public let trainingRows: Int
    /// The most frequent label combination in training. The naive baseline always predicts it.
    public let mostFrequentLabels: [Int]
    /// The origin of the model, for information only: no result depends on it. It has no time, path or machine name.
    public let provenance: Provenance
    /// SHA-256 of the model file's content; nil until the model is written or read.
    public internal(set) var digest: Digest?

    public struct Provenance: Codable, Equatable, Sendable {
        public var heartsense: String
        public var datasetSHA256: Digest
        public var seed: UInt64
        /// The resolved experiment without its paths.
        public var configuration: [String: String]
        /// The sentences of the warnings that limit the model's figures.
        public let warnings: [String]
        /// Those that also apply to every later result; nil in a file that does not mark them.
        private let lastingWarnings: [String]?

        public init(
            heartsense: String, datasetSHA256: Digest, seed: UInt64, configuration: [String: String],
            warnings: [ResultWarning]
        ) {
            self.heartsense = heartsense
            self.datasetSHA256 = datasetSHA256
            self.seed = seed
            self.configuration = configuration
            self.warnings = warnings.map(\.description)
            lastingWarnings = warnings.filter(\.appliesToLaterResults).map(\.description)
        }

        /// The warnings that apply to every later result of the model. For a file that does not mark them, these are all
        /// if leaks were possible.
        package var laterWarnings: [String] {
            let canLeak = configuration["preprocessing.ink"] == "as-drawn" || configuration["audit"] == "accept"
            return lastingWarnings ?? (canLeak ? warnings : [])
        }
    }

    public init(
        name: String, labelSpace: LabelSpace, input: InputKind = .picture, measurements: [String] = [],
        preprocessing: Preprocessing, networkWeights: MobileNetV2Weights?,
        precision: Precision = .float32, extractor: String, ensemble: Ensemble, policy: UncertaintyPolicy,
        outOfDistributionCheck: OutOfDistributionCheck? = nil, trainingSupport: [Int], trainingRows: Int,
        mostFrequentLabels: [Int], provenance: Provenance
    ) {
        precondition(trainingSupport.count == labelSpace.count, "there must be one support value per label")
        precondition(
            measurements.isEmpty
                || measurements.count + (networkWeights?.featureCount ?? 0) == ensemble.preparation.inputCount,
            "there must be one feature per measurement")
        self.precision = precision
        self.name = name
        self.labelSpace = labelSpace
        self.input = input
        self.measurements = measurements
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

    /// Creates the extractor of this model's features from files.
    ///
    /// - Throws: The errors of `extractor`.
    package func fileFeatures(cacheFolder: String?, model path: String, dataset: String) throws -> any FileFeatures {
        switch input {
        case .picture: try extractor(cacheFolder: cacheFolder, model: path, dataset: dataset)
        case .recording: try measurementExtractor(cacheFolder: cacheFolder)
        case .beats: BeatExtractor(names: measurements, cacheFolder: cacheFolder)
        }
    }

    /// Creates the extractor that computes this model's features from recordings.
    ///
    /// - Throws: `PrecisionError.unavailable` if this machine cannot compute in the model's precision.
    func measurementExtractor(cacheFolder: String?) throws -> MeasurementExtractor {
        try precision.check()
        return MeasurementExtractor(
            names: measurements,
            network: networkWeights.map { MobileNetV2($0, inputSize: preprocessing.size, precision: precision) },
            cacheFolder: cacheFolder)
    }

    /// Creates the extractor that computes this model's features from pictures.
    ///
    /// - Throws: `ModelFileError.otherInput` for a model of other samples; `ModelFileError.featuresOnly` for a model that was
    ///   trained on a feature file; `PrecisionError.unavailable` if this machine cannot compute in the model's precision.
    public func extractor(cacheFolder: String?, model path: String, dataset: String) throws -> FeatureExtractor {
        guard input == .picture else {
            throw ModelFileError.otherInput(model: path, input: input, expected: .picture)
        }
        guard let networkWeights else { throw ModelFileError.featuresOnly(model: path, dataset: dataset) }
        try precision.check()
        return FeatureExtractor(
            preprocessing: preprocessing,
            network: MobileNetV2(networkWeights, inputSize: preprocessing.size, precision: precision),
            cacheFolder: cacheFolder)
    }

    /// The labels without a positive or without a negative training example. Their scores say nothing.
    package var untrainedLabels: [Int] { Self.untrained(support: trainingSupport, rows: trainingRows) }

    package static func untrained(support: [Int], rows: Int) -> [Int] {
        support.indices.filter { support[$0] == 0 || support[$0] == rows }
    }

    /// The preprocessing in reports. For a model of recordings, beats or a feature file it is the extractor.
    package var preprocessingName: String {
        input != .picture || networkWeights == nil ? extractor : preprocessing.description + precision.suffix
    }

    /// Returns the scores and decisions of the naive baseline for n samples.
    ///
    /// The scores are each label's share of the training rows. The decision is always the most frequent combination.
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
