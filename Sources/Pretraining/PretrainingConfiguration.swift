import ConfigurationKeys
import Foundation
import Imaging
import NeuralNetwork
import Runs

/// The configuration of a pretraining run, read from a YAML file with overrides. It determines the resulting weights.
public struct PretrainingConfiguration: Sendable {
    public let name: String
    public let seed: UInt64
    public let dataset: DatasetSection
    public let preprocessing: Preprocessing
    public let network: NetworkSection
    public let classes: ClassesSection
    public let augmentation: AugmentationStrengths
    public let optimizer: OptimizerSection
    public let schedule: ScheduleSection
    /// The value of every key, by dotted path.
    public let resolved: [String: String]

    public struct DatasetSection: Sendable {
        /// The folders of the data sets.
        public let paths: [String]
        /// A label space file for all data sets; nil for each data set's own.
        public let labels: String?
        /// The share of training pictures used for validation, 0.01…0.9.
        public let validation: Double
        public let skipUnreadable: Bool
        /// Groups whose pictures are held out, like those of a test part.
        public let leaveOut: Set<String>
    }

    public struct NetworkSection: Sendable {
        /// A Keras HDF5 file; nil for seeded random weights.
        public let start: String?
        public let alpha: Double
        public let dropout: Double
        /// Name prefixes of frozen layers.
        public let frozen: [String]
        public let normalization: BatchNormalization
        public let precision: WeightsFile.Precision
        public let writesHead: Bool
    }

    public struct ClassesSection: Sendable {
        public let sampling: ClassSampling
        public let weight: PositiveWeight
        public let labelSmoothing: Double
    }

    public struct OptimizerSection: Sendable {
        public let rule: Optimizer.Rule
        public let rate: Double
        public let weightDecay: Double
        public let clip: Double?
        public let average: Double?
    }

    public struct ScheduleSection: Sendable {
        public enum Kept: String, CaseIterable, Sendable { case last, best }

        public let epochs: Int
        /// Pictures per epoch; nil for the number of training pictures.
        public let epochImages: Int?
        /// Pictures per step.
        public let batch: Int
        /// Epochs until the peak of the learning rate.
        public let warmUp: Double
        /// The last learning rate as a share of the peak.
        public let final: Double
        /// Epochs without a better score before the run stops; nil for no early stopping.
        public let patience: Int?
        public let keep: Kept
    }

    /// Reads an experiment file.
    ///
    /// - Throws: `ConfigurationError`, `FileError`.
    public init(file: String, overrides: [String] = []) throws {
        // The values of dataset.path are split later.
        let values = overrides.map { $0.hasPrefix("dataset.path=") ? $0 : OverrideText.single($0) }
        try self.init(Settings(file: file, overrides: values, of: .pretrain))
    }

    init(_ settings: Settings) throws {
        name = try RunFolder.name(settings)
        seed = try settings.seed("seed")
        dataset = DatasetSection(
            paths: Self.paths(settings.text("dataset.path")),
            labels: try settings.text("dataset.labels", or: "auto"),
            validation: try settings.number("dataset.validation"),
            skipUnreadable: try settings.flag("dataset.skip_unreadable"),
            leaveOut: Set(Self.list(settings.text(ExperimentKeys.leaveOut))))
        preprocessing = try Self.preprocessing(settings)
        network = try Self.network(settings)
        classes = ClassesSection(
            sampling: try settings.choice("classes.sampling", ClassSampling.self),
            weight: try settings.choice("classes.weight", PositiveWeight.self),
            labelSmoothing: try settings.number("classes.label_smoothing"))
        augmentation = try Self.augmentation(settings)
        optimizer = try Self.optimizer(settings)
        schedule = ScheduleSection(
            epochs: try settings.integer("schedule.epochs"),
            epochImages: try settings.integer("schedule.epoch_images", or: "auto"),
            batch: try settings.integer("schedule.batch"), warmUp: try settings.number("schedule.warmup"),
            final: try settings.number("schedule.final"),
            patience: try settings.integer("schedule.patience", or: "off"),
            keep: try settings.choice("schedule.keep", ScheduleSection.Kept.self))
        resolved = settings.values
    }

    /// Splits `a, b` into two folders (`OverrideText`), unless a folder with that exact name exists.
    private static func paths(_ text: String) -> [String] {
        if FileManager.default.fileExists(atPath: text) { return [text] }
        return OverrideText.values(of: text).filter { !$0.isEmpty }
    }

    /// Splits a comma-separated list. `none` is an empty list.
    private static func list(_ text: String) -> [String] {
        text == "none" ? [] : text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func preprocessing(_ settings: Settings) throws -> Preprocessing {
        let shared = try Preprocessing(settings)
        guard shared.ink == .neutral else {
            throw settings.badValue(
                "preprocessing.ink", expected: "neutral (a network must not learn the color of the ink)")
        }
        return shared
    }

    private static func network(_ settings: Settings) throws -> NetworkSection {
        let momentum = try settings.number("network.batch_normalisation_momentum")
        let normalization = try settings.choice("network.batch_normalisation", Normalization.self)
        return NetworkSection(
            start: try settings.text("network.start", or: "random"), alpha: try settings.number("network.alpha"),
            dropout: try settings.number("network.dropout"), frozen: Self.list(settings.text("network.frozen")),
            normalization: normalization == .training ? .training(momentum: momentum) : .frozen,
            precision: try settings.choice("network.precision", WeightsFile.Precision.self),
            writesHead: try settings.flag("network.head"))
    }

    private enum Normalization: String, CaseIterable { case training, frozen }

    private static func augmentation(_ settings: Settings) throws -> AugmentationStrengths {
        var strengths = AugmentationStrengths()
        strengths.share = try settings.number("augmentation.share")
        strengths.probability = try settings.number("augmentation.probability")
        for effect in AugmentationEffect.allCases {
            strengths[keyPath: effect.strength] = try settings.number("augmentation.\(effect.rawValue)")
        }
        return strengths
    }

    private enum Rule: String, CaseIterable { case adamw, sgd }

    private static func optimizer(_ settings: Settings) throws -> OptimizerSection {
        let momentum = try settings.number("optimizer.momentum")
        let beta2 = try settings.number("optimizer.beta2")
        let rule = try settings.choice("optimizer.rule", Rule.self)
        return OptimizerSection(
            rule: rule == .adamw ? .adamW(beta1: momentum, beta2: beta2) : .sgd(momentum: momentum),
            rate: try settings.number("optimizer.rate"), weightDecay: try settings.number("optimizer.weight_decay"),
            clip: try settings.number("optimizer.clip", or: "off"),
            average: try settings.number("optimizer.average", or: "off"))
    }

    /// The resolved configuration as YAML. Reading it gives an equal configuration.
    public var yaml: String { ExperimentKeys.table.yaml(of: resolved) }

    /// A YAML file with every key, its default and its meaning.
    public static var commentedDefaults: String { ExperimentKeys.table.commentedDefaults(of: .pretrain) }
}
