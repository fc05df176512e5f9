import Classifiers
import ConfigurationKeys
import Datasets
import Evaluation
import Files
import Foundation
import Imaging
import Inference
import NeuralNetwork
import Runs
import Yams

/// The configuration of an experiment, read from a YAML file with overrides. It determines the results.
public struct ExperimentConfiguration: Sendable {
    public let name: String
    public let seed: UInt64
    public let input: InputKind
    public let features: FeaturesSection
    public let dataset: DatasetSection
    public let preprocessing: Preprocessing
    public let extractor: ExtractorSection
    /// The maximum number of training rows per class; nil for no limit.
    public let undersampleAbove: Int?
    /// The handling of labels that leak.
    public let audit: LeakPolicy
    /// The classifiers, in the order of results.
    public let members: [Member.Parameters]
    public let ensemble: EnsembleCalibration.Parameters
    /// The bounds of rules that need no fit. Training adds conformal prediction.
    public let uncertainty: UncertaintyPolicy
    public let doubt: UncertaintySection
    public let evaluation: EvaluationSection
    public let tracking: Tracking
    /// Facts for the model card, by title.
    public let card: [(title: String, text: String)]
    /// The value of every key in use, by dotted path, as in `config.yaml` of the run.
    public let resolved: [String: String]

    public struct FeaturesSection: Sendable {
        /// The names of the measurements of recordings or beats, in the order of features; empty for pictures.
        public let measurements: [String]
        /// Whether the features of a drawing of the usual beats follow the measurements of recordings.
        public let network: Bool
        public let preparation: FeaturePreparation.Settings
    }

    public struct DatasetSection: Sendable {
        public let path: String
        /// A label space file; nil for the data set's own.
        public let labels: String?
        public let split: EvaluationProtocol
        /// The share of validation rows for `holdout`.
        public let validation: Double
        public let folds: Int
        /// The number of inner folds that calibrate the vote in the training rows of an outer fold.
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
    /// - Parameter overrides: `key=value` with dotted keys, as on the command line. A value can be between quotation marks.
    /// - Throws: `ConfigurationError`, `FileError`.
    public init(file: String, overrides: [String] = []) throws {
        try self.init(try Settings(file: file, overrides: overrides.map(OverrideText.single)))
    }

    package init(_ settings: Settings) throws {
        name = try RunFolder.name(settings)
        seed = try settings.seed("seed")
        input = try settings.choice("input.kind", InputKind.self)
        features =
            input == .picture
            ? FeaturesSection(measurements: [], network: false, preparation: .init())
            : try FeaturesSection(settings, of: input)
        dataset = DatasetSection(
            path: settings.text("dataset.path"),
            labels: try settings.text("dataset.labels", or: "auto"),
            split: try settings.choice("dataset.split", EvaluationProtocol.self),
            validation: try settings.number("dataset.validation"),
            folds: try settings.integer("dataset.folds"),
            tuningFolds: try settings.integer("dataset.tuning_folds"),
            skipUnreadable: try settings.flag("dataset.skip_unreadable"))
        preprocessing = try Preprocessing(settings)
        if features.network, preprocessing.size != UsualBeatsDrawing.side {
            throw settings.badValue(
                "preprocessing.size",
                expected: "\(UsualBeatsDrawing.side), the size of the drawing that features.network reads")
        }
        extractor = ExtractorSection(
            weights: try settings.text("extractor.weights", or: "random"),
            alpha: try settings.number("extractor.alpha"),
            precision: try settings.choice("extractor.precision", Precision.self),
            cache: try settings.text("extractor.cache", or: "off"))
        undersampleAbove = try settings.integer("balance.undersample_above", or: "off")
        audit = try settings.choice("audit", LeakPolicy.self)
        members = try settings.classifiers.map { try settings.member($0) }
        ensemble = EnsembleCalibration.Parameters(
            vote: try settings.choice("ensemble.vote", Vote.self),
            weighting: try Self.weighting(settings, members: members.count),
            thresholds: try Self.thresholds(settings),
            calibration: try settings.choice("ensemble.calibration", CalibrationMethod.self),
            choice: try settings.choice("ensemble.choice", LabelChoice.Goal.self))
        doubt = try UncertaintySection(settings)
        let minimumConfidence = try settings.number("uncertainty.minimum_confidence", or: "off")
        uncertainty = UncertaintyPolicy(
            minimumConfidence: doubt.rule == .conformal ? nil : minimumConfidence,
            maximumSpread: try settings.number("uncertainty.maximum_disagreement", or: "off"))
        evaluation = EvaluationSection(bootstrap: try settings.integer("evaluation.bootstrap"))
        tracking = try settings.choice("tracking", Tracking.self)
        card = try [("source", "source"), ("license", "license"), ("intended use", "use"), ("limits", "limits")]
            .compactMap { title, key in try settings.text("card.\(key)", or: "none").map { (title, $0) } }
        resolved = settings.values
    }

    private static func weighting(_ settings: Settings, members: Int) throws -> EnsembleCalibration.Weighting {
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
                throw settings.badValue(
                    "ensemble.weights",
                    expected: "fitted, equal, or \(members) numbers of at least 0, one per classifier")
            }
            return .given(weights)
        }
    }

    private static func thresholds(_ settings: Settings) throws -> EnsembleCalibration.Thresholds {
        try settings.number("ensemble.thresholds", or: "f1").map { .fixed($0) } ?? .bestF1
    }

    /// The resolved configuration as YAML. Reading it gives an equal experiment.
    public var yaml: String { ExperimentKeys.table.yaml(of: resolved) }

    /// A YAML file with every key, its default and its meaning.
    public static var commentedDefaults: String {
        ExperimentKeys.table.commentedDefaults() + SearchSettings.commentedDefaults
    }
}

extension ExperimentConfiguration.FeaturesSection {
    init(_ settings: Settings, of input: InputKind) throws {
        network = try settings.flag("features.network")
        guard !network || input == .recording else {
            throw settings.badValue("features.network", expected: "off: only recordings have twelve usual beats")
        }
        let known = input.measurementNames
        var names = known
        if settings.text("features.measurements") == "off" {
            guard network else {
                throw settings.badValue(
                    "features.measurements", expected: "all or names of measurements, or features.network: on")
            }
            names = []
        } else if let text = try settings.text("features.measurements", or: "all") {
            names = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
            for name in names where !known.contains(name) {
                throw settings.badValue(
                    "features.measurements",
                    expected: "all, or names of measurements; “\(name)” is none"
                        + (NearestName.of(name, among: known).map { ", did you mean \($0)?" } ?? ""))
            }
            guard Set(names).count == names.count, !names.isEmpty else {
                throw settings.badValue("features.measurements", expected: "each measurement once")
            }
        }
        measurements = names
        preparation = .init(
            codesSteps: settings.text("features.coding") == "steps" && !names.isEmpty,
            measurements: network ? names.count : nil,
            missing: try settings.choice("features.missing", FeaturePreparation.Missing.self))
    }
}
