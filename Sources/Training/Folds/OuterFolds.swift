import Datasets
import Inference
import LinearAlgebra

/// The folds of a cross-validation: every row is tested once, by a model that was fitted on other folds.
///
/// No fold learns from a picture with the pixels of one that it tests, nor from a row of a group that it tests: `kfold`
/// puts such rows into one fold, and where a protocol fixes the folds they are left out of the fold's training rows.
struct OuterFolds: Sendable {
    let name: EvaluationProtocol
    /// What each fold is called.
    let names: [String]
    /// Sentences for the report.
    let warnings: [String]
    private let splits: [Split]

    var count: Int { splits.count }

    /// Test and train rows of a fold; rows that may not be learnt from are in neither.
    func split(_ fold: Int) -> Split { splits[fold] }

    /// - Throws: `SplitError`, `ProtocolError`.
    /// - Returns: nil for a protocol that is no cross-validation.
    init?(of table: FeatureTable, configuration: ExperimentConfiguration) throws {
        let name = configuration.dataset.split
        guard name.isCrossValidation else { return nil }
        let dataset = table.dataset
        let samples = dataset.samples
        let groups = samples.map(\.group)
        let twins = Duplicates(digests: table.pixelDigests ?? samples.map { _ in nil })
        let folds = try Self.folds(of: dataset, configuration: configuration)
        var assignment = folds.assignment
        if name == .kfold, !groups.contains(where: { $0 != nil }) {
            for set in twins.sets {
                for row in set { assignment[row] = assignment[set[0]] }
            }
        }
        var leftOut = 0
        splits = try (0 ..< folds.count).map { fold in
            let test = assignment.indices.filter { assignment[$0] == fold }
            let tested = Set(test.compactMap { groups[$0] })
            let others = assignment.indices.filter { assignment[$0] != fold }
            let strangers = others.filter { row in groups[row].map { !tested.contains($0) } ?? true }
            let train = twins.removing(twinsOf: test, from: strangers)
            guard !train.isEmpty else { throw ProtocolError.nothingToLearn(name, fold: folds.names[fold]) }
            leftOut += others.count - train.count
            var parts = [Part?](repeating: nil, count: assignment.count)
            for row in test { parts[row] = .test }
            for row in train { parts[row] = .train }
            return Split(parts: parts)
        }
        self.name = name
        names = folds.names
        var warnings = folds.warnings
        if leftOut > 0 {
            warnings.append(
                "\(leftOut) times a row was not learnt from because its group or its pixels are tested in that fold")
        }
        if samples.contains(where: { $0.part != nil }) {
            warnings.append("The parts that the data gives are set aside: \(name.rawValue) tests every row once")
        }
        self.warnings = warnings
    }

    /// Refuses what the protocol cannot divide before any work is done: minutes of features, a run's folder.
    ///
    /// - Throws: `SplitError`, `ProtocolError`.
    static func check(_ dataset: Dataset, configuration: ExperimentConfiguration) throws {
        _ = try ConfiguredSplit.of(dataset, configuration: configuration)
        if configuration.dataset.split.isCrossValidation { _ = try folds(of: dataset, configuration: configuration) }
    }

    private static func folds(of dataset: Dataset, configuration: ExperimentConfiguration) throws -> Folds {
        let samples = dataset.samples
        let groups = samples.map(\.group)
        let (truth, codes) = (dataset.truth, dataset.labelSpace.codes)
        let (count, seed) = (configuration.dataset.folds, configuration.seed)
        let protocolName = configuration.dataset.split
        let hasGroups = groups.contains { $0 != nil }
        switch protocolName {
        case .groupKfold, .leaveOneGroupOut:
            guard hasGroups else { throw ProtocolError.noGroups(protocolName) }
            return protocolName == .groupKfold
                ? try .grouped(truth, codes: codes, groups: groups, count: count, seed: seed)
                : try .leaveOneGroupOut(groups: groups)
        case .indexKfold: return try .byIndex(samples: samples.count, count: count)
        case .folds:
            guard samples.contains(where: { $0.fold != nil }) else { throw ProtocolError.noFolds(protocolName) }
            return try .given(samples.map(\.fold))
        default:
            return hasGroups
                ? try .grouped(truth, codes: codes, groups: groups, count: count, seed: seed)
                : try .stratified(truth, codes: codes, count: count, seed: seed)
        }
    }
}
