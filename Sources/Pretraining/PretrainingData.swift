import Datasets
import Files
import Foundation
import Inference
import LinearAlgebra

/// The pictures of one or several data sets, with the union of their label spaces.
///
/// Labels are matched by code; a code must stand for the same condition in every data set. A label that a data set
/// lacks is unknown for its pictures: a beat from a set without hypertrophy is not a negative example of hypertrophy.
struct PretrainingData: Sendable {
    let labelSpace: LabelSpace
    /// The path of each picture.
    let files: [String]
    /// n × L labels.
    let truth: LabelMatrix
    /// n × L, 1 if the picture's data set has the label.
    let known: LabelMatrix
    /// The part of each picture: training, validation, or test for held-out pictures.
    let split: Split
    /// Warnings for the log and the card.
    let notes: [String]
    /// Size and label space of each data set, for the card.
    let sources: [Source]

    struct Source: Sendable {
        let path: String
        let labelSpace: String
        let train: Int
        let validation: Int
        let heldOut: Int
    }

    /// Reads the data sets' lists of samples, but not the pictures.
    ///
    /// - Throws: every error of `Dataset`; `PretrainingError`; `SplitError`.
    init(_ section: PretrainingConfiguration.DatasetSection, seed: UInt64) throws {
        let own = try section.labels.map { try LabelSpace(contentsOf: $0) }
        guard !section.paths.isEmpty else { throw PretrainingError.noDataset }
        let datasets = try section.paths.map { path -> Dataset in
            guard !FeatureFile.isOne(path), !MultilabelTable.isOne(path) else {
                throw PretrainingError.noPictures(path: path)
            }
            return try Dataset(contentsOf: path, labelSpace: own, skippingMissing: section.skipUnreadable)
        }
        let groups = Set(datasets.flatMap { $0.samples.compactMap(\.group) })
        if let unknown = section.leaveOut.subtracting(groups).min() {
            throw PretrainingError.unknownGroup(unknown, nearest: NearestName.of(unknown, among: groups.sorted()))
        }
        let space = try Self.union(of: datasets)
        var (files, parts): ([String], [Part?]) = ([], [])
        var (truth, known): ([[UInt8]], [[UInt8]]) = ([], [])
        var (notes, sources): ([String], [Source]) = ([], [])
        for dataset in datasets {
            let split = try Self.split(dataset, section, seed: seed)
            parts += split.parts
            files += dataset.samples.map { dataset.path(of: $0) }
            notes += (dataset.warnings + split.warnings).map { "\(dataset.root): \($0)" }
            let places = dataset.labelSpace.codes.map { space.index(ofCode: $0)! }
            for sample in dataset.samples {
                var positive = [UInt8](repeating: 0, count: space.count)
                var defined = positive
                for place in places { defined[place] = 1 }
                for label in sample.labels { positive[places[label]] = 1 }
                truth.append(positive)
                known.append(defined)
            }
            sources.append(
                Source(
                    path: dataset.root, labelSpace: dataset.labelSpace.fingerprint, train: split.train.count,
                    validation: split.validation.count, heldOut: split.parts.count { $0 == .test }))
        }
        labelSpace = space
        self.files = files
        self.truth = LabelMatrix(truth)
        self.known = LabelMatrix(known)
        split = Split(parts: parts)
        self.notes = notes
        self.sources = sources
        guard !split.train.isEmpty else { throw SplitError.emptyPart(.train) }
    }

    /// Holds out the manifest's test part and the groups in `leaveOut`.
    ///
    /// If the manifest has no validation part, a share of the training pictures becomes one, by whole groups if groups
    /// are known.
    private static func split(
        _ dataset: Dataset, _ section: PretrainingConfiguration.DatasetSection, seed: UInt64
    ) throws -> Split {
        let groups = dataset.samples.map(\.group)
        let given = Split(
            parts: dataset.samples.map { sample in
                sample.group.map(section.leaveOut.contains) ?? false ? .test : sample.part ?? .train
            })
        guard given.validation.isEmpty else { return given }
        return try given.holdingOutValidation(
            section.validation, dataset.truth, codes: dataset.labelSpace.codes,
            groups: groups.contains { $0 != nil } ? groups : nil, seed: seed)
    }

    private static func union(of datasets: [Dataset]) throws -> LabelSpace {
        guard datasets.count > 1 else { return datasets[0].labelSpace }
        var labels: [LabelSpace.Label] = []
        for dataset in datasets {
            for label in dataset.labelSpace.labels {
                guard let same = labels.first(where: { $0.code == label.code }) else {
                    labels.append(label)
                    continue
                }
                guard same.condition == label.condition else {
                    throw PretrainingError.conflictingLabel(
                        code: label.code, path: dataset.root, condition: label.condition.rawValue,
                        before: same.condition.rawValue)
                }
            }
        }
        let names = datasets.map(\.labelSpace.name)
        let distinct = names.indices.filter { !names[..<$0].contains(names[$0]) }.map { names[$0] }
        return LabelSpace(name: distinct.joined(separator: "+"), version: 1, labels: labels)
    }
}

/// Errors of pretraining.
public enum PretrainingError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case noDataset
    case noPictures(path: String)
    case conflictingLabel(code: String, path: String, condition: String, before: String)
    case unknownGroup(String, nearest: String?)
    case unknownLayers(prefix: String)
    case everythingFrozen
    case tooManyRanks(Int, most: Int, imagesPerStep: Int)
    case diverged(epoch: Int, step: Int)
    case interrupted(folder: String)
    case checkpointMismatch(path: String)
    case damagedCheckpoint(path: String, object: String, found: String, expected: String)
    case readBackMismatch(path: String, reason: String)

    public var description: String {
        switch self {
        case .noDataset:
            "dataset.path is empty. Give one folder, or several separated by commas."
        case .noPictures(let path):
            "\(path): this is a file of features, but pretraining needs pictures. Give the folder with the pictures."
        case .conflictingLabel(let code, let path, let condition, let before):
            "\(path): label \(code) stands for “\(condition)” here and for “\(before)” in an earlier data set. "
                + "Rename one of the labels in its labels.yaml."
        case .unknownGroup(let group, let nearest):
            "dataset.leave_out: unknown group “\(group)”."
                + (nearest.map { " Did you mean \($0)?" } ?? " manifest.csv lists the groups.")
        case .unknownLayers(let prefix):
            "network.frozen: no layer name starts with “\(prefix)”. "
                + "Use the names of Keras: Conv1, bn_Conv1, expanded_conv_depthwise, block_1_expand, …, Conv_1."
        case .everythingFrozen:
            "network.frozen freezes all layers. Freeze fewer layers."
        case .tooManyRanks(let ranks, let most, let images):
            "\(ranks) ranks cannot divide a step of \(images) pictures, which has \(most) pieces. "
                + (most < 16
                    ? "Start at most \(most) ranks, or increase schedule.batch." : "Start at most \(most) ranks.")
        case .diverged(let epoch, let step):
            "Training diverged: the loss is not finite in epoch \(epoch), step \(step). "
                + "Lower optimizer.rate or optimizer.clip, or increase schedule.warmup."
        case .interrupted(let folder):
            "Interrupted. The state is saved in \(folder). To continue, add --resume --output \(folder) to the command."
        case .checkpointMismatch(let path):
            "\(path): the checkpoint belongs to other data or another configuration. Start a new run."
        case .damagedCheckpoint(let path, let object, let found, let expected):
            "\(path): \(object): found \(found), expected \(expected). Delete the file to restart this run."
        case .readBackMismatch(let path, let reason):
            "\(path): the written weights differ when read back: \(reason). Check the disk."
        }
    }

    public var errorDescription: String? { description }
}
