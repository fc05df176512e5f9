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
        public let normalization: BatchNormalisation
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
        try self.init(Settings(file: file, overrides: overrides, of: .pretrain))
    }

    init(_ settings: Settings) throws {
        name = try RunFolder.name(settings)
        seed = try settings.seed("seed")
        dataset = DatasetSection(
            paths: Self.paths(settings.text("dataset.path")),
            labels: settings.text("dataset.labels") == "auto" ? nil : settings.text("dataset.labels"),
            validation: try settings.number("dataset.validation", 0.01 ... 0.9),
            skipUnreadable: try settings.flag("dataset.skip_unreadable"),
            leaveOut: Set(Self.list(settings.text(ConfigurationKey.leaveOut))))
        preprocessing = try Self.preprocessing(settings)
        network = try Self.network(settings)
        classes = ClassesSection(
            sampling: try settings.choice("classes.sampling", ClassSampling.self),
            weight: try settings.choice("classes.weight", PositiveWeight.self),
            labelSmoothing: try settings.number("classes.label_smoothing", 0 ... 0.5))
        augmentation = try Self.augmentation(settings)
        optimizer = try Self.optimizer(settings)
        schedule = ScheduleSection(
            epochs: try settings.integer("schedule.epochs", 1 ... 100_000),
            epochImages: settings.text("schedule.epoch_images") == "auto"
                ? nil : try settings.integer("schedule.epoch_images", 1 ... 1_000_000_000),
            batch: try settings.integer("schedule.batch", 2 ... 1024),
            warmUp: try settings.number("schedule.warmup", 0 ... 1e5),
            final: try settings.number("schedule.final", 0 ... 1),
            patience: settings.text("schedule.patience") == "off"
                ? nil : try settings.integer("schedule.patience", 1 ... 100_000),
            keep: try settings.choice("schedule.keep", ScheduleSection.Kept.self))
        resolved = settings.values
    }

    /// Splits `a, b` into two folders, unless a folder with that exact name exists.
    private static func paths(_ text: String) -> [String] {
        if FileManager.default.fileExists(atPath: text) { return [text] }
        return text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    /// Splits a comma-separated list. `none` is an empty list.
    private static func list(_ text: String) -> [String] {
        text == "none" ? [] : text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    private static func preprocessing(_ settings: Settings) throws -> Preprocessing {
        let shared = try Preprocessing(settings)
        guard shared.ink == .neutral else {
            throw ConfigurationError.badValue(
                key: "preprocessing.ink", found: shared.ink.rawValue,
                expected: "neutral (a network must not learn the color of the ink)")
        }
        return shared
    }

    private static func network(_ settings: Settings) throws -> NetworkSection {
        let start = settings.text("network.start")
        let frozen = settings.text("network.frozen")
        let momentum = try settings.number("network.batch_normalisation_momentum", 0 ... 1)
        let normalization = try settings.choice("network.batch_normalisation", Normalization.self)
        return NetworkSection(
            start: start == "random" ? nil : start, alpha: try settings.number("network.alpha", 0.05 ... 4),
            dropout: try settings.number("network.dropout", 0 ... 0.95),
            frozen: Self.list(frozen),
            normalization: normalization == .training ? .training(momentum: momentum) : .frozen,
            precision: try settings.choice("network.precision", WeightsFile.Precision.self),
            writesHead: try settings.flag("network.head"))
    }

    private enum Normalization: String, CaseIterable { case training, frozen }

    private static func augmentation(_ settings: Settings) throws -> AugmentationStrengths {
        var strengths = AugmentationStrengths()
        strengths.share = try settings.number("augmentation.share", 0 ... 1)
        strengths.probability = try settings.number("augmentation.probability", 0 ... 1)
        for effect in AugmentationEffect.allCases {
            strengths[keyPath: effect.strength] =
                try settings.number("augmentation.\(effect.rawValue)", effect.range)
        }
        return strengths
    }

    private enum Rule: String, CaseIterable { case adamw, sgd }

    private static func optimizer(_ settings: Settings) throws -> OptimizerSection {
        let momentum = try settings.number("optimizer.momentum", 0 ... 0.9999)
        let beta2 = try settings.number("optimizer.beta2", 0 ... 0.999999)
        let rule = try settings.choice("optimizer.rule", Rule.self)
        return OptimizerSection(
            rule: rule == .adamw ? .adamW(beta1: momentum, beta2: beta2) : .sgd(momentum: momentum),
            rate: try settings.number("optimizer.rate", 0 ... 1000),
            weightDecay: try settings.number("optimizer.weight_decay", 0 ... 1000),
            clip: try settings.optionalNumber("optimizer.clip", 1e-9 ... 1e9),
            average: try settings.optionalNumber("optimizer.average", 0 ... 0.999999))
    }

    /// The resolved configuration as YAML. Reading it gives an equal configuration.
    public var yaml: String { ConfigurationKey.yaml(of: resolved) }

    /// A YAML file with every key, its default and its meaning.
    public static var commentedDefaults: String { ConfigurationKey.commentedDefaults(of: .pretrain) }
}
