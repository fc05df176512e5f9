import Classifiers
import Datasets
import Files
import Foundation
import HDF5
import Imaging
import LinearAlgebra
import NeuralNetwork

/// Reads and writes `model.h5`: everything that a trained model needs in one sealed file.
///
/// The first 512 bytes say what the file is and hold the SHA-256 of the rest, which is checked before anything else is
/// read. Behind them: `/labels` (the label space as YAML), `/preprocessing`, `/network`, `/ensemble` with a group per
/// member, `/policy`, `/picture_check`, `/training` and `/provenance`. Nothing in the file depends on time, path, host or thread count,
/// and loading it runs no code.
public enum ModelFile {
    static let seal = FileSeal(kind: "HeartSense model", version: 1)

    /// Writes a model, whole or not at all.
    ///
    /// - Returns: the model, knowing its digest.
    /// - Throws: `FileError`, `HDF5Error`.
    @discardableResult
    public static func write(_ model: TrainedModel, to path: String) throws -> TrainedModel {
        try HDF5File.create(path, seal: seal) { root in
            try root.attributes.set("name", to: model.name)
            try root.attributes.set("label_space", to: model.labelSpace.yaml)
            try root.attributes.set("preprocessing", to: try json(model.preprocessing))
            try root.attributes.set("extractor", to: model.extractor)
            try root.attributes.set("policy", to: try json(model.policy))
            try root.attributes.set("provenance", to: try json(model.provenance))
            let training = try root.makeGroup("training")
            try training.attributes.set("rows", to: model.trainingRows)
            try training.write(model.trainingSupport, to: "support")
            try training.write(model.mostFrequentLabels, to: "most_frequent_labels")
            if let weights = model.networkWeights { try write(weights, to: root.makeGroup("network")) }
            if let check = model.pictureCheck {
                try StoredPictureCheck.write(check, to: root.makeGroup(StoredPictureCheck.group))
            }
            let ensemble = try root.makeGroup("ensemble")
            try ensemble.attributes.set("tuning", to: try json(model.ensemble.tuning))
            try ensemble.attributes.set("members", to: model.ensemble.members.map(\.name))
            try ensemble.write(model.ensemble.standardiser.mean, to: "mean")
            try ensemble.write(model.ensemble.standardiser.scale, to: "scale")
            for member in model.ensemble.members {
                try StoredMember.write(member, to: ensemble.makeGroup(member.name))
            }
        }
        var written = model
        written.digest = try seal.verify(path)
        return written
    }

    /// Reads a model.
    ///
    /// - Throws: `FileError`; `HDF5Error.notSealed`, `.version` (with what to do), `.digest` for a damaged file, and
    ///   others that name the dataset, what was expected and what was found.
    public static func read(_ path: String) throws -> TrainedModel {
        let digest = try seal.verify(path)
        let root = try HDF5File.open(path, seal: seal).root
        let space = try LabelSpace(
            parsing: Data(try root.attributes.string("label_space").utf8), name: "\(path), label_space")
        let training = try root.group("training")
        let group = try root.group("ensemble")
        let mean: [Double] = try group.dataset("mean").values()
        let scale: [Double] = try group.dataset("scale").values(shape: [mean.count])
        guard scale.allSatisfy({ $0 > 0 && $0.isFinite }), mean.allSatisfy(\.isFinite) else {
            throw ModelFileError.badValue(
                file: path, object: "/ensemble/scale", found: "a scale that is not above 0",
                expected: "finite means "
                    + "and scales above 0")
        }
        let tuning: VoteTuning = try decode(group.attributes.string("tuning"), "/ensemble tuning", path)
        let names = try group.attributes.strings("members")
        guard tuning.weights.count == names.count, tuning.thresholds.count == space.count else {
            throw ModelFileError.badValue(
                file: path, object: "/ensemble tuning",
                found: "\(tuning.weights.count) members and \(tuning.thresholds.count) labels",
                expected: "\(names.count) and \(space.count)")
        }
        let policy: UncertaintyPolicy = try decode(root.attributes.string("policy"), "/ policy", path)
        if let conformal = policy.conformal, conformal.bounds.count != space.count {
            throw ModelFileError.badValue(
                file: path, object: "/ policy", found: "conformal bounds of \(conformal.bounds.count) labels",
                expected: "\(space.count)")
        }
        let check = try root.contains(StoredPictureCheck.group) ? root.group(StoredPictureCheck.group) : nil
        let shape = StoredMember.Shape(file: path, features: mean.count, labels: space.count)
        let members = try names.map { try StoredMember.read($0, from: group.group($0), shape: shape) }
        var model = TrainedModel(
            name: try root.attributes.string("name"), labelSpace: space,
            preprocessing: try decode(root.attributes.string("preprocessing"), "/ preprocessing", path),
            networkWeights: try root.contains("network") ? readNetwork(root.group("network"), path) : nil,
            extractor: try root.attributes.string("extractor"),
            ensemble: Ensemble(
                standardiser: Standardiser(mean: mean, scale: scale), members: members, tuning: tuning),
            policy: policy,
            pictureCheck: try check.map { try StoredPictureCheck.read(from: $0, file: path, features: mean.count) },
            trainingSupport: try training.dataset("support").values(shape: [space.count]),
            trainingRows: try training.attributes.value("rows"),
            mostFrequentLabels: try training.dataset("most_frequent_labels").values(),
            provenance: try decode(root.attributes.string("provenance"), "/ provenance", path))
        guard model.mostFrequentLabels.allSatisfy({ $0 >= 0 && $0 < space.count }) else {
            throw ModelFileError.badValue(
                file: path, object: "/training/most_frequent_labels", found: "\(model.mostFrequentLabels)",
                expected: "labels from 0 to \(space.count - 1)")
        }
        if let weights = model.networkWeights, weights.featureCount != mean.count {
            throw ModelFileError.badValue(
                file: path, object: "/network", found: "\(weights.featureCount) features",
                expected: "\(mean.count), as the ensemble reads")
        }
        model.digest = digest
        return model
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
        MobileNetV2Weights(
            layers: try MobileNetV2Weights.layerNames.map { name in
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
            })
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
                file: path, object: object, found: error.sentence, expected: "what `heartsense train` writes")
        }
    }
}

/// What can be wrong inside a model file that is sealed soundly.
public enum ModelFileError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case badValue(file: String, object: String, found: String, expected: String)
    case unknownMember(file: String, name: String)

    public var description: String {
        switch self {
        case .badValue(let file, let object, let found, let expected):
            "\(file): \(object) holds \(found), expected \(expected). Train the model again."
        case .unknownMember(let file, let name):
            "\(file): the classifier “\(name)” is unknown to this version of heartsense. Upgrade heartsense."
        }
    }

    public var errorDescription: String? { description }
}
