import ConfigurationKeys
import Datasets
import Files
import Foundation
import Inference
import NeuralNetwork

/// A network for each fold of a cross-validation: `extractor.weights: runs/patients/fold-{fold}.h5`.
///
/// Where the network itself was trained on the data, one that has seen a fold's patients says nothing about that fold.
/// With `{fold}` in the name, classifiers of a fold learn from and are scored on features of that fold's own network,
/// which is to be trained on the rows of the other folds (`heartsense dataset select … --without-fold K`).
struct FoldNetworks: Sendable {
    /// By the fold's name, as the manifest numbers it.
    let networks: [String: NetworkWeights]
    /// Of the model that is kept: that of `{fold}` = `all` where there is one, else of the first fold.
    let final: NetworkWeights
    /// Sentences for the report.
    let warnings: [String]

    static let placeholder = "{fold}"
    private static let everything = "all"

    /// - Returns: nil if one network is named for all.
    /// - Throws: `ConfigurationError` where the folds are not those of the manifest; what `WeightsFile.read` throws;
    ///   `SplitError` for a manifest without folds.
    init?(for dataset: Dataset, configuration: ExperimentConfiguration) throws {
        guard let pattern = configuration.extractor.weights, pattern.contains(Self.placeholder) else { return nil }
        guard configuration.dataset.split == .folds else {
            throw ConfigurationError.badValue(
                key: "dataset.split", found: configuration.dataset.split.rawValue,
                expected: "folds: extractor.weights names a network for each fold of the manifest (\(pattern))")
        }
        func load(_ fold: String) throws -> NetworkWeights {
            try .load(
                pattern.replacingOccurrences(of: Self.placeholder, with: fold), alpha: configuration.extractor.alpha,
                seed: configuration.seed)
        }
        let names = try Folds.given(dataset.samples.map(\.fold)).names
        networks = Dictionary(uniqueKeysWithValues: try names.map { ($0, try load($0)) })
        let whole = pattern.replacingOccurrences(of: Self.placeholder, with: Self.everything)
        let hasWhole = FileManager.default.fileExists(atPath: whole)
        final = try load(hasWhole ? Self.everything : names[0])
        warnings = [
            "Each fold has a network of its own, which was to be trained without that fold: the scores are about "
                + "these networks. The model that is kept has the network of "
                + (hasWhole ? whole : "fold \(names[0]), for want of \(whole)")
        ]
        let features = Set(networks.values.map(\.weights.featureCount) + [final.weights.featureCount])
        guard features.count == 1 else {
            throw ConfigurationError.badValue(
                key: "extractor.weights", found: pattern,
                expected: "networks of one width, these give \(features.sorted()) features")
        }
    }

    /// What the networks are known by, all together.
    var digest: Digest {
        Digest(of: networks.keys.sorted().map { "\($0) \(networks[$0]!.weights.digest)\n" }.joined())
    }
}
