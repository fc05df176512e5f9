import Datasets
import Evaluation
import Inference
import LinearAlgebra
import Logging
import NeuralNetwork
import Progress

/// The data and networks of an experiment.
struct TrainingInput {
    let configuration: ExperimentConfiguration
    let source: DatasetSource
    /// The networks of the folds, if each has its own.
    let foldNetworks: FoldNetworks?
    /// The network of the final model; nil for a feature file and for measurements alone.
    let network: NetworkWeights?

    /// Opens data and networks, and checks that the protocol can divide the data. No feature is computed.
    ///
    /// - Throws: every error of the data set, the protocol and the weights, naming the file.
    init(for configuration: ExperimentConfiguration) throws {
        self.configuration = configuration
        source = try Self.openData(of: configuration)
        let dataset: Dataset
        switch source {
        case .pictures(let pictures): dataset = pictures
        case .recordings(let recordings) where configuration.features.network: dataset = recordings
        default:
            (foldNetworks, network) = (nil, nil)
            return
        }
        try configuration.extractor.precision.check()
        foldNetworks = try FoldNetworks(for: dataset, configuration: configuration)
        network =
            try foldNetworks?.final
            ?? .load(
                configuration.extractor.weights, alpha: configuration.extractor.alpha, seed: configuration.seed)
    }

    /// Opens the data, and checks that the protocol can divide it.
    @discardableResult
    static func openData(of configuration: ExperimentConfiguration) throws -> DatasetSource {
        let source = try DatasetSource.open(
            configuration.dataset.path, labels: configuration.dataset.labels, kind: configuration.input,
            skippingMissing: configuration.dataset.skipUnreadable)
        try OuterFolds.check(source.dataset, configuration: configuration)
        return source
    }

    /// Computes the features of all files, with one network where they need one, or returns those of the feature file.
    func features(by network: NetworkWeights?, workers: Workers, log: Logger) throws -> FeatureTable {
        switch source {
        case .features(let content):
            log.info("\(content.table.features.rows) samples with \(content.table.features.columns) features each")
            return content.table
        case .pictures(let dataset):
            guard let network else { preconditionFailure("pictures without a network") }
            log.info("\(dataset.count) pictures in \(dataset.root); network: \(network.description)")
            let extractor = FeatureExtractor(
                preprocessing: configuration.preprocessing,
                network: MobileNetV2(
                    network.weights, inputSize: configuration.preprocessing.size,
                    precision: configuration.extractor.precision),
                cacheFolder: configuration.extractor.cache)
            return try features(of: dataset, by: extractor, workers: workers, log: log)
        case .recordings(let dataset):
            log.info("\(dataset.count) recordings in \(dataset.root); \(extractorLabel(network))")
            let extractor = MeasurementExtractor(
                names: configuration.features.measurements,
                network: network.map {
                    MobileNetV2(
                        $0.weights, inputSize: configuration.preprocessing.size,
                        precision: configuration.extractor.precision)
                },
                cacheFolder: configuration.extractor.cache)
            return try features(of: dataset, by: extractor, workers: workers, log: log)
        case .beats(let dataset):
            log.info("\(dataset.count) beats in \(dataset.root); \(beatFeatures.label)")
            return try features(of: dataset, by: beatFeatures, workers: workers, log: log)
        }
    }

    private var beatFeatures: BeatExtractor {
        BeatExtractor(names: configuration.features.measurements, cacheFolder: configuration.extractor.cache)
    }

    private func features(
        of dataset: Dataset, by extractor: some FileFeatures, workers: Workers, log: Logger
    ) throws -> FeatureTable {
        let bar = ProgressBar("Features", unit: configuration.input.unit)
        let table = try FeatureTable(
            of: dataset, by: extractor, skipUnreadable: configuration.dataset.skipUnreadable, workers: workers,
            progress: { bar.show($0, of: $1) }, note: { log.warning("\($0)") })
        for path in dataset.missing { log.warning("Skipped \(path): there is no such file") }
        for file in table.unreadable { log.warning("Skipped \(file.path): \(file.reason)") }
        return table
    }

    /// Returns the description of the features that a network computes, as `FeatureExtractor.label` writes it.
    func extractorLabel(_ network: NetworkWeights?) -> String {
        switch source {
        case .features(let content): content.extractor
        case .recordings:
            MeasurementExtractor.label(
                names: configuration.features.measurements, network: network?.weights.digest,
                precision: configuration.extractor.precision)
        case .beats: beatFeatures.label
        case .pictures:
            FeatureExtractor.label(
                preprocessing: configuration.preprocessing, weights: network?.weights.digest,
                precision: configuration.extractor.precision)
        }
    }

    /// The identity of the features, for the checkpoint.
    var featuresKey: String {
        extractorLabel(network) + (foldNetworks.map { ", of folds \($0.digest)" } ?? "")
    }
}
