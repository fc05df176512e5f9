import Datasets
import Inference
import LinearAlgebra

/// The folds of a cross-validation. Every row is tested once, by a model that is fitted on other folds.
///
/// No model is fitted on the pixels or the groups of its test rows. `kfold` puts such rows into one fold. If the protocol
/// fixes the folds, they are left out of the fold's training rows.
struct OuterFolds: Sendable {
    let name: EvaluationProtocol
    /// The names of the folds.
    let names: [String]
    let warnings: [ResultWarning]
    private let splits: [Split]

    var count: Int { splits.count }

    /// Returns test and training rows of a fold. Rows that cannot be trained on are in neither.
    func split(_ fold: Int) -> Split { splits[fold] }

    /// - Throws: `SplitError`, `ProtocolError`.
    /// - Returns: nil if the protocol is not a cross-validation.
    init?(of table: FeatureTable, configuration: ExperimentConfiguration) throws {
        let name = configuration.dataset.split
        guard name.isCrossValidation else { return nil }
        let dataset = table.dataset
        let samples = dataset.samples
        let groups = samples.map(\.group)
        let duplicates = Duplicates(digests: table.pixelDigests ?? samples.map { _ in nil })
        let folds = try Self.folds(of: dataset, configuration: configuration)
        var assignment = folds.assignment
        if name == .kfold, !groups.contains(where: { $0 != nil }) {
            for set in duplicates.sets {
                for row in set { assignment[row] = assignment[set[0]] }
            }
        }
        var leftOut = 0
        splits = try (0 ..< folds.count).map { fold in
            let test = assignment.indices.filter { assignment[$0] == fold }
            let tested = Set(test.compactMap { groups[$0] })
            let others = assignment.indices.filter { assignment[$0] != fold }
            let candidates = others.filter { row in groups[row].map { !tested.contains($0) } ?? true }
            let train = duplicates.removing(duplicatesOf: test, from: candidates)
            guard !train.isEmpty else { throw ProtocolError.nothingToLearn(name, fold: folds.names[fold]) }
            leftOut += others.count - train.count
            var parts = [Part?](repeating: nil, count: assignment.count)
            for row in test { parts[row] = .test }
            for row in train { parts[row] = .train }
            return Split(parts: parts)
        }
        self.name = name
        names = folds.names
        var warnings = folds.warnings.map(ResultWarning.data)
        if leftOut > 0 {
            warnings.append(.rowsLeftOutOfFolds(leftOut))
        }
        if samples.contains(where: { $0.part != nil }) {
            warnings.append(.partsReplaced(by: name.rawValue))
        }
        self.warnings = warnings
    }

    /// Checks that the protocol can divide the data and that there is something to learn, before features are computed.
    ///
    /// - Throws: `SplitError`, `ProtocolError`.
    static func check(_ dataset: Dataset, configuration: ExperimentConfiguration) throws {
        let rows = try ConfiguredSplit.of(dataset, configuration: configuration).train
        if !rows.isEmpty {
            _ = try TrainingPartition.untrainedLabels(
                dataset.truth.selecting(rows: rows), codes: dataset.labelSpace.codes)
        }
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
