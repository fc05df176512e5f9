import ConfigurationKeys
import Datasets
import Files
import Foundation
import Inference
import NeuralNetwork

/// A network for each fold of a cross-validation: `extractor.weights: runs/patients/fold-{fold}.h5`.
///
/// A network that was trained on a fold's patients makes the scores of that fold too high. With `{fold}` in the name,
/// each fold uses the features of its own network, which should be trained on the other folds
/// (`heartsense dataset select … --without-fold K`).
struct FoldNetworks: Sendable {
    /// The networks by the name of the fold in the manifest.
    let networks: [String: NetworkWeights]
    /// The network of the final model: the file with `{fold}` = `all` if it exists, else that of the first fold.
    let final: NetworkWeights
    let warning: ResultWarning

    static let placeholder = "{fold}"
    private static let everything = "all"

    /// - Returns: nil if one network is named for all.
    /// - Throws: `ConfigurationError` where the folds are not those of the manifest; what `WeightsFile.read` throws;
    ///   `SplitError` for a manifest without folds.
    init?(for dataset: Dataset, configuration: ExperimentConfiguration) throws {
        guard let pattern = configuration.extractor.weights, pattern.contains(Self.placeholder) else { return nil }
        guard configuration.dataset.split == .folds else {
            throw ConfigurationError.badValue(
                source: nil, key: "dataset.split", found: configuration.dataset.split.rawValue,
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
        warning = .networkPerFold(final: hasWhole ? whole : "fold \(names[0]), because \(whole) does not exist")
        let features = Set(networks.values.map(\.weights.featureCount) + [final.weights.featureCount])
        guard features.count == 1 else {
            throw ConfigurationError.badValue(
                source: nil, key: "extractor.weights", found: pattern,
                expected: "networks of one width, these give \(features.sorted()) features")
        }
    }

    /// The digest of all networks.
    var digest: Digest {
        Digest(of: networks.keys.sorted().map { "\($0) \(networks[$0]!.weights.digest)\n" }.joined())
    }
}
