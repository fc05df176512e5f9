import Classifiers
import ConfigurationKeys
import Evaluation
import Files
import Foundation
import Imaging
import NeuralNetwork
import Runs
import Yams

/// Everything that decides an experiment's result, read from one YAML file with overrides from the command line.
public struct ExperimentConfiguration: Sendable {
    public let name: String
    public let seed: UInt64
    public let dataset: DatasetSection
    public let preprocessing: Preprocessing
    public let extractor: ExtractorSection
    /// Classes with more training rows are cut to this many; nil leaves them.
    public let undersampleAbove: Int?
    /// What to do about labels that leak.
    public let audit: LeakPolicy
    /// The classifiers, in the order in which they are shown.
    public let members: [Member.Parameters]
    public let ensemble: VoteTuning.Parameters
    /// Bounds of the rules that need no data; conformal prediction joins them when the model is fitted.
    public let uncertainty: UncertaintyPolicy
    public let doubt: UncertaintySection
    public let evaluation: EvaluationSection
    public let tracking: Tracking
    /// Every key that is in use with its value, by dotted path: what the run's `config.yaml` holds.
    public let resolved: [String: String]

    public struct DatasetSection: Sendable {
        public let path: String
        /// A label space file; nil for the data set's own.
        public let labels: String?
        public let split: EvaluationProtocol
        /// The share that `holdout` cuts off.
        public let validation: Double
        public let folds: Int
        /// Of the vote's cross-fitting inside the training rows of an outer fold.
        public let tuningFolds: Int
        public let skipUnreadable: Bool
    }

    public struct ExtractorSection: Sendable {
        /// A Keras HDF5 file; nil for seeded random weights.
        public let weights: String?
        /// The width of a network with random weights.
        public let alpha: Double
        public let precision: Precision
        /// The folder of cached features; nil keeps none.
        public let cache: String?
    }

    public struct EvaluationSection: Sendable {
        /// Bootstrap replicates; 0 for no intervals.
        public let bootstrap: Int
    }

    /// Reads an experiment file.
    ///
    /// - Parameter overrides: `key=value` with dotted keys, as on the command line.
    /// - Throws: `ConfigurationError`, `FileError`, or a classifier's own error for a parameter out of its range.
    public init(file: String, overrides: [String] = []) throws {
        try self.init(try Settings(file: file, overrides: overrides))
    }

    package init(_ settings: Settings) throws {
        name = try RunFolder.name(settings)
        seed = try settings.seed("seed")
        dataset = DatasetSection(
            path: settings.text("dataset.path"),
            labels: settings.text("dataset.labels") == "auto" ? nil : settings.text("dataset.labels"),
            split: try settings.choice("dataset.split", EvaluationProtocol.self),
            validation: try settings.number("dataset.validation", 0.01 ... 0.9),
            folds: try settings.integer("dataset.folds", 2 ... 100),
            tuningFolds: try settings.integer("dataset.tuning_folds", 2 ... 100),
            skipUnreadable: try settings.flag("dataset.skip_unreadable"))
        preprocessing = try Preprocessing(settings)
        let weights = settings.text("extractor.weights")
        let cache = settings.text("extractor.cache")
        extractor = ExtractorSection(
            weights: weights == "random" ? nil : weights,
            alpha: try settings.number("extractor.alpha", 0.05 ... 4),
            precision: try settings.choice("extractor.precision", Precision.self),
            cache: cache == "off" ? nil : cache)
        undersampleAbove =
            settings.text("balance.undersample_above") == "off"
            ? nil : try settings.integer("balance.undersample_above", 1 ... .max)
        audit = try settings.choice("audit", LeakPolicy.self)
        members = try settings.classifiers.map { try settings.member($0) }
        for member in members { try member.validate() }
        ensemble = VoteTuning.Parameters(
            vote: try settings.choice("ensemble.vote", Vote.self),
            weighting: try Self.weighting(settings, members: members.count),
            thresholds: try Self.thresholds(settings),
            calibration: try settings.choice("ensemble.calibration", CalibrationMethod.self),
            choice: try settings.choice("ensemble.choice", LabelChoice.Goal.self))
        doubt = try UncertaintySection(settings)
        let minimumConfidence = try settings.optionalNumber("uncertainty.minimum_confidence", 0 ... 1)
        uncertainty = UncertaintyPolicy(
            minimumConfidence: doubt.rule == .conformal ? nil : minimumConfidence,
            maximumSpread: try settings.optionalNumber("uncertainty.maximum_disagreement", 0 ... 1))
        evaluation = EvaluationSection(bootstrap: try settings.integer("evaluation.bootstrap", 0 ... 100_000))
        tracking = try settings.choice("tracking", Tracking.self)
        resolved = settings.values
    }

    private static func weighting(_ settings: Settings, members: Int) throws -> VoteTuning.Weighting {
        let text = settings.text("ensemble.weights")
        switch text {
        case "fitted": return .fitted
        case "equal": return .equal
        default:
            let numbers = text.split(separator: ",").map { Double($0.trimmingCharacters(in: .whitespaces)) }
            let weights = numbers.compactMap { $0 }
            guard weights.count == numbers.count, weights.count == members,
                weights.allSatisfy({ $0 >= 0 && $0.isFinite }), weights.contains(where: { $0 > 0 })
            else {
                throw ConfigurationError.badValue(
                    key: "ensemble.weights", found: text,
                    expected: "fitted, equal, or \(members) numbers of at least 0, one per classifier")
            }
            return .given(weights)
        }
    }

    private static func thresholds(_ settings: Settings) throws -> VoteTuning.Thresholds {
        settings.text("ensemble.thresholds") == "f1"
            ? .bestF1 : .fixed(try settings.number("ensemble.thresholds", 0 ... 1))
    }

    /// The resolved configuration as a file that reads back as the same experiment.
    public var yaml: String { ConfigurationKey.yaml(of: resolved) }

    /// Every key with its default and meaning, as a YAML file.
    public static var commentedDefaults: String {
        ConfigurationKey.commentedDefaults() + SearchSettings.commentedDefaults
    }
}
