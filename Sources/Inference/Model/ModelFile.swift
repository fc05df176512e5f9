import Classifiers
import Datasets
import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork

/// Reads and writes `model.h5`, which holds a complete trained model.
///
/// The first 512 bytes identify the file and hold the SHA-256 of the rest, which is verified before anything else is
/// read. Then follow `/labels` (the label space as YAML), `/preprocessing`, `/network`, `/ensemble` with a group per
/// member, `/policy`, `/picture_check`, `/training` and `/provenance`. The content does not depend on time, path, host
/// or thread count. Loading it executes no code.
public enum ModelFile {
    static let header = ChecksumHeader(kind: "HeartSense model", version: 1)

    /// Writes a model atomically.
    ///
    /// - Returns: The model with its digest.
    /// - Throws: `FileError`, `HDF5Error`.
    @discardableResult
    public static func write(_ model: TrainedModel, to path: String) throws -> TrainedModel {
        try HDF5File.create(path, header: header) { root in
            try root.attributes.set("name", to: model.name)
            if model.input != .picture {
                try root.attributes.set("input", to: model.input.rawValue)
                if !model.measurements.isEmpty { try root.attributes.set("measurements", to: model.measurements) }
            }
            try root.attributes.set("label_space", to: model.labelSpace.yaml)
            try root.attributes.set("preprocessing", to: try json(model.preprocessing))
            try root.attributes.set("extractor", to: model.extractor)
            try root.attributes.set("precision", to: model.precision.rawValue)
            try root.attributes.set("policy", to: try json(model.policy))
            try root.attributes.set("provenance", to: try json(model.provenance))
            let training = try root.makeGroup("training")
            try training.attributes.set("rows", to: model.trainingRows)
            try training.write(model.trainingSupport, to: "support")
            try training.write(model.mostFrequentLabels, to: "most_frequent_labels")
            if let weights = model.networkWeights { try write(weights, to: root.makeGroup("network")) }
            if let check = model.outOfDistributionCheck {
                try StoredOutOfDistributionCheck.write(check, to: root.makeGroup(StoredOutOfDistributionCheck.group))
            }
            let ensemble = try root.makeGroup("ensemble")
            try ensemble.attributes.set("tuning", to: try json(model.ensemble.calibration))
            try ensemble.attributes.set("members", to: model.ensemble.members.map(\.name))
            try StoredPreparation.write(model.ensemble.preparation, to: ensemble)
            for member in model.ensemble.members {
                try StoredMember.write(member, to: ensemble.makeGroup(member.name))
            }
        }
        var written = model
        written.digest = try header.verify(path)
        return written
    }

    /// Reads a model.
    ///
    /// - Throws: `FileError`; `HDF5Error.header`, `.version` (with advice), `.digest` for a damaged file, and errors
    ///   that name the dataset with the expected and the found value.
    public static func read(_ path: String) throws -> TrainedModel {
        let digest = try header.verify(path)
        let root = try HDF5File.open(path, header: header).root
        let space = try LabelSpace(
            parsing: Data(try root.attributes.string("label_space").utf8), name: "\(path), label_space")
        let training = try root.group("training")
        let group = try root.group("ensemble")
        let preparation = try StoredPreparation.read(from: group, file: path)
        let network = try root.contains("network") ? readNetwork(root.group("network"), path) : nil
        let (input, measurements) = try input(
            root, path, features: preparation.inputCount - (network?.featureCount ?? 0))
        let tuning: EnsembleCalibration = try decode(group.attributes.string("tuning"), "/ensemble tuning", path)
        let names = try group.attributes.strings("members")
        try require(
            tuning.weights.count == names.count && tuning.thresholds.count == space.count, path, "/ensemble tuning",
            "\(tuning.weights.count) members and \(tuning.thresholds.count) labels",
            "\(names.count) members and \(space.count) labels")
        try require(
            Set(names).count == names.count, path, "/ensemble members", names.joined(separator: ", "),
            "each classifier once")
        let policy: UncertaintyPolicy = try decode(root.attributes.string("policy"), "/ policy", path)
        let storedCheck =
            try root.contains(StoredOutOfDistributionCheck.group) ? root.group(StoredOutOfDistributionCheck.group) : nil
        let shape = StoredMember.Shape(file: path, features: preparation.outputCount, labels: space.count)
        let members = try names.map { try StoredMember.read($0, from: group.group($0), shape: shape) }
        var model = TrainedModel(
            name: try root.attributes.string("name"), labelSpace: space, input: input,
            measurements: measurements,
            preprocessing: try decode(root.attributes.string("preprocessing"), "/ preprocessing", path),
            networkWeights: network,
            precision: try precision(root, path), extractor: try root.attributes.string("extractor"),
            ensemble: Ensemble(
                preparation: preparation, members: members, calibration: tuning),
            policy: policy,
            outOfDistributionCheck: try storedCheck.map {
                try StoredOutOfDistributionCheck.read(from: $0, file: path, features: preparation.inputCount)
            },
            trainingSupport: try training.dataset("support").values(shape: [space.count]),
            trainingRows: try training.attributes.value("rows"),
            mostFrequentLabels: try training.dataset("most_frequent_labels").values(),
            provenance: try decode(root.attributes.string("provenance"), "/ provenance", path))
        try check(model, path, features: preparation.inputCount)
        model.digest = digest
        return model
    }

    /// Returns the kind of sample that a model reads, and its measurements. Models of pictures lack the attributes, models
    /// of a network's features alone lack the measurements.
    ///
    /// - Parameter features: the number of features that are not the network's.
    private static func input(
        _ root: HDF5Group, _ path: String, features: Int
    ) throws -> (InputKind, measurements: [String]) {
        guard try root.attributes.contains("input") else { return (.picture, []) }
        let name = try root.attributes.string("input")
        guard let input = InputKind(rawValue: name) else {
            throw ModelFileError.badValue(
                file: path, object: "/ input", found: name,
                expected: InputKind.allCases.map(\.rawValue).joined(separator: " or "))
        }
        let hasNames = try root.attributes.contains("measurements")
        let measurements = hasNames ? try root.attributes.strings("measurements") : []
        try require(
            measurements.count == features, path, "/ measurements", "\(measurements.count) names", "\(features) names")
        let unknown = measurements.first { !input.measurementNames.contains($0) }
        try require(unknown == nil, path, "/ measurements", unknown ?? "", "measurements of this version of heartsense")
        return (input, measurements)
    }

    /// Returns the precision of the network. Files of older versions lack the attribute and are float32.
    private static func precision(_ root: HDF5Group, _ path: String) throws -> Precision {
        guard try root.attributes.contains("precision") else { return .float32 }
        let name = try root.attributes.string("precision")
        guard let precision = Precision(rawValue: name) else {
            let known = Precision.allCases.map(\.rawValue).joined(separator: " or ")
            throw HDF5Error.damaged(path: path, object: "/ precision", reason: "found \(name), expected \(known)")
        }
        return precision
    }

    /// Checks that the parts of a model are consistent.
    private static func check(_ model: TrainedModel, _ path: String, features: Int) throws {
        let labels = model.labelSpace.count
        try require(
            model.trainingRows > 0 && model.trainingSupport.allSatisfy { (0 ... model.trainingRows).contains($0) },
            path, "/training/support", "\(model.trainingSupport) of \(model.trainingRows) rows",
            "a count from 0 to the number of rows for each label, and at least one row")
        try require(
            model.mostFrequentLabels.allSatisfy { (0 ..< labels).contains($0) }, path, "/training/most_frequent_labels",
            "\(model.mostFrequentLabels)", "labels from 0 to \(labels - 1)")
        if let conformal = model.policy.conformal {
            try require(
                conformal.bounds.count == labels, path, "/ policy", "bounds for \(conformal.bounds.count) labels",
                "bounds for \(labels) labels")
        }
        if model.input == .recording {
            // Other formulas under the same names would give other values.
            let label = MeasurementExtractor.label(
                names: model.measurements, network: model.networkWeights?.digest, precision: model.precision)
            try require(model.extractor == label, path, "/ extractor", model.extractor, label)
        }
        guard let weights = model.networkWeights else { return }
        let drawn = UsualBeatsDrawing.side
        let sizes = model.input == .recording ? drawn ... drawn : Preprocessing.sizes
        try require(
            sizes.contains(model.preprocessing.size), path, "/ preprocessing",
            "pictures of \(model.preprocessing.size) pixels", "\(sizes.lowerBound) to \(sizes.upperBound)")
        do { try model.preprocessing.validate() } catch {
            try require(false, path, "/ preprocessing", "\(error)", "settings written by `heartsense train`")
        }
        try require(
            model.measurements.count + weights.featureCount == features, path, "/network",
            "\(weights.featureCount) features",
            "\(features - model.measurements.count), the number that the ensemble reads")
    }

    private static func require(
        _ accepted: Bool, _ path: String, _ object: String, _ found: String, _ expected: String
    ) throws {
        guard accepted else {
            throw ModelFileError.badValue(file: path, object: object, found: found, expected: expected)
        }
    }

    private static func write(_ weights: MobileNetV2Weights, to group: HDF5Group) throws {
        for layer in weights.layers {
            let stored = try group.makeGroup(layer.name)
            try stored.write(layer.kernel, shape: layer.shape, to: "kernel")
            try stored.write(layer.gamma, to: "gamma")
            try stored.write(layer.beta, to: "beta")
            try stored.write(layer.mean, to: "mean")
            try stored.write(layer.variance, to: "variance")
        }
    }

    private static func readNetwork(_ group: HDF5Group, _ path: String) throws -> MobileNetV2Weights {
        try MobileNetV2Weights(
            checking: MobileNetV2Weights.layerNames.map { name in
                let stored = try group.group(name)
                let kernel = try stored.dataset("kernel")
                guard kernel.shape.count == 4 else {
                    throw HDF5Error.shape(
                        path: path, object: kernel.path, expected: [0, 0, 0, 0], found: kernel.shape)
                }
                let channels = name.hasSuffix("depthwise") ? kernel.shape[2] : kernel.shape[3]
                func values(_ name: String) throws -> [Float] {
                    try stored.dataset(name).values(shape: [channels])
                }
                return MobileNetV2Weights.Layer(
                    name: name, shape: kernel.shape, kernel: try kernel.values(), gamma: try values("gamma"),
                    beta: try values("beta"), mean: try values("mean"), variance: try values("variance"))
            },
            path: path, object: { "/network/\($0)/\($1)" })
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static func decode<Value: Decodable>(_ text: String, _ object: String, _ path: String) throws -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw ModelFileError.badValue(
                file: path, object: object, found: error.sentence, expected: "a value written by `heartsense train`")
        }
    }
}

/// Errors of a model file with a correct checksum.
public enum ModelFileError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case badValue(file: String, object: String, found: String, expected: String)
    case unknownMember(file: String, name: String)
    /// A model without a network cannot classify pictures.
    case featuresOnly(model: String, dataset: String)
    /// A model of one kind of sample cannot classify another one.
    case otherInput(model: String, input: InputKind, expected: InputKind)

    public var description: String {
        switch self {
        case .badValue(let file, let object, let found, let expected):
            "\(file): \(object): found \(found), expected \(expected). Train the model again."
        case .unknownMember(let file, let name):
            "\(file): unknown classifier “\(name)”. Upgrade heartsense."
        case .featuresOnly(let model, let dataset):
            "\(model): the model was trained on a feature file and has no network, so it cannot score pictures "
                + "(\(dataset)). Use a feature file that was extracted in the same way."
        case .otherInput(let model, let input, let expected):
            "\(model): the model reads \(input.samples), expected a model of \(expected.samples)."
        }
    }

    public var errorDescription: String? { description }
}

extension InputKind {
    /// The samples in messages.
    fileprivate var samples: String {
        switch self {
        case .picture: "pictures of beats"
        case .recording: "recordings and pages"
        case .beats: "beats of recordings"
        }
    }
}
