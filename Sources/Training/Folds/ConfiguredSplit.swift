import Datasets
import Files
import Foundation
import LinearAlgebra

/// The parts of a data set under the protocol of an experiment.
enum ConfiguredSplit {
    /// - Throws: `SplitError`, `ProtocolError`.
    static func of(_ dataset: Dataset, configuration: ExperimentConfiguration) throws -> Split {
        let samples = dataset.samples
        let groups = samples.map(\.group)
        // Rows without a part are training rows.
        let given = Split(parts: samples.map { $0.part ?? .train })
        switch configuration.dataset.split {
        case .auto: return given
        case .crossFit: return Split(parts: given.parts.map { $0 == .validation ? .train : $0 })
        case .holdout:
            guard given.validation.isEmpty else { return given }
            return try given.holdingOutValidation(
                configuration.dataset.validation, dataset.truth, codes: dataset.labelSpace.codes,
                groups: groups.contains { $0 != nil } ? groups : nil, seed: configuration.seed)
        case .kfold, .groupKfold, .leaveOneGroupOut, .indexKfold, .folds:
            return Split(parts: samples.map { _ in .train })
        case .mitbih:
            // Beats are divided by their record: a group may be a patient with several.
            return try records(of: samples.map { AnnotatedBeats.recordName($0.path) ?? $0.group }, .mitbih)
        case .ptbxl:
            guard samples.contains(where: { $0.fold != nil }) else { throw ProtocolError.noFolds(.ptbxl) }
            return try Split.byFold(samples.map(\.fold), validation: [9], test: [10])
        }
    }

    /// Divides by record. A record's name is the last part of its group: 101 for `mitdb/101`.
    private static func records(of groups: [String?], _ lists: RecordProtocol) throws -> Split {
        let names = groups.map { $0.map { String($0.split(separator: "/").last ?? "") } }
        let present = Set(names.compactMap { $0 })
        guard !present.isEmpty else { throw ProtocolError.noGroups(.mitbih) }
        for (list, records) in [("DS1", lists.train), ("DS2", lists.test)] where present.isDisjoint(with: records) {
            throw ProtocolError.noRecord(
                .mitbih, list: list, example: records[0],
                found: Array(present.sorted(by: NaturalOrder.precedes).prefix(3)))
        }
        return try Split.byRecord(names, protocol: lists)
    }
}

/// A data set that the protocol cannot divide.
public enum ProtocolError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case noGroups(EvaluationProtocol)
    case noFolds(EvaluationProtocol)
    case noRecord(EvaluationProtocol, list: String, example: String, found: [String])
    case nothingToLearn(EvaluationProtocol, fold: String)

    public var description: String {
        switch self {
        case .noGroups(let split):
            "dataset.split=\(split.rawValue) needs the group (patient, record) of the rows, and none is given. "
                + "Fill the column group of manifest.csv, or choose another protocol."
        case .noFolds(let split):
            "dataset.split=\(split.rawValue) needs the fold of every row, and none is given. "
                + "Fill the column fold of manifest.csv, or choose another protocol."
        case .noRecord(let split, let list, let example, let found):
            "dataset.split=\(split.rawValue) needs groups that are record names such as \(example). The data have no record of "
                + "\(list), but \(found.joined(separator: ", "))."
        case .nothingToLearn(let split, let fold):
            "dataset.split=\(split.rawValue): fold \(fold) has no training rows after leaving out the groups and "
                + "duplicates of its test rows. Choose a protocol that divides by group."
        }
    }

    public var errorDescription: String? { description }
}
