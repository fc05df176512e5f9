import Datasets
import Files
import Foundation
import Inference
import LinearAlgebra

/// One or several data sets as one: their pictures under the union of their labels.
///
/// Labels are matched by code, which must stand for the same condition everywhere. What a data set has no label for is
/// not known of its pictures: a beat of a set without hypertrophy is no example against hypertrophy.
struct PretrainingData: Sendable {
    let labelSpace: LabelSpace
    /// Where each picture is.
    let files: [String]
    /// n × L.
    let truth: LabelMatrix
    /// n × L: 1 where the picture's own data set has the label.
    let known: LabelMatrix
    /// Which parts are learnt from and validated on; nil for pictures that are held back for tests.
    let split: Split
    /// Sentences for the log and the card.
    let notes: [String]
    /// For the card: what each data set is and how many of its pictures are used.
    let sources: [Source]

    struct Source: Sendable {
        let path: String
        let labelSpace: String
        let train: Int
        let validation: Int
        let heldBack: Int
    }

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
                var carried = [UInt8](repeating: 0, count: space.count)
                var has = carried
                for place in places { has[place] = 1 }
                for label in sample.labels { carried[places[label]] = 1 }
                truth.append(carried)
                known.append(has)
            }
            sources.append(
                Source(
                    path: dataset.root, labelSpace: dataset.labelSpace.fingerprint, train: split.train.count,
                    validation: split.validation.count, heldBack: split.parts.count { $0 == .test }))
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

    /// What a manifest marks as test, or the experiment leaves out, is never looked at; where nothing is marked for validation a share is cut off, by
    /// group where groups are known.
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
                    throw PretrainingError.labelMeans(
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

/// Why a network cannot be trained, or was not trained to the end.
public enum PretrainingError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case noDataset
    case noPictures(path: String)
    case labelMeans(code: String, path: String, condition: String, before: String)
    case unknownGroup(String, nearest: String?)
    case unknownLayers(prefix: String)
    case everythingFrozen
    case diverged(epoch: Int, step: Int)
    case interrupted(folder: String)
    case otherRun(path: String)
    case damagedCheckpoint(path: String, object: String, found: String, expected: String)
    case notLoadedBack(path: String, reason: String)

    public var description: String {
        switch self {
        case .noDataset:
            "dataset.path names no folder. Give one, or several with commas between them."
        case .noPictures(let path):
            "\(path): this holds features; a network is trained on pictures. Name the folder with the pictures."
        case .labelMeans(let code, let path, let condition, let before):
            "\(path): the label \(code) stands for “\(condition)” here and for “\(before)” in an earlier data set. "
                + "Rename one of them in its labels.yaml."
        case .unknownGroup(let group, let nearest):
            "dataset.leave_out: no picture is of the group \(group)."
                + (nearest.map { " Did you mean \($0)?" } ?? " Groups stand in manifest.csv.")
        case .unknownLayers(let prefix):
            "network.frozen: no layer's name begins with “\(prefix)”. "
                + "Names are those of Keras: Conv1, bn_Conv1, expanded_conv_depthwise, block_1_expand, …, Conv_1."
        case .everythingFrozen:
            "network.frozen leaves nothing to train. Freeze fewer layers."
        case .diverged(let epoch, let step):
            "The loss is no number any more in epoch \(epoch), step \(step). "
                + "Lower optimizer.rate or optimizer.clip, or lengthen schedule.warmup."
        case .interrupted(let folder):
            "Interrupted; the state is in \(folder). Go on with the same command and --resume --output \(folder)."
        case .otherRun(let path):
            "\(path): the checkpoint is of other data or another configuration. Start a new run."
        case .damagedCheckpoint(let path, let object, let found, let expected):
            "\(path): \(object): found \(found), expected \(expected). Remove the file to start this run again."
        case .notLoadedBack(let path, let reason):
            "\(path): the weights do not read back as they were written: \(reason). Check the disk."
        }
    }

    public var errorDescription: String? { description }
}
