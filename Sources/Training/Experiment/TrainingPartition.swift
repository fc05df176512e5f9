import Datasets
import Files
import Inference
import LinearAlgebra

/// The rows that members are fitted on, that the vote is tuned on, and that are scored.
package struct TrainingPartition: Sendable {
    /// The rows that the members are fitted on, without duplicates and after undersampling.
    let train: [Int]
    /// The rows of the validation part; empty if the vote is tuned by cross-fitting.
    let validation: [Int]
    /// The rows of the test part; empty if there is none.
    let test: [Int]
    /// The fold of each tuning row.
    let folds: [Int]
    let balancing: Balancing
    /// The number of training rows with each label before undersampling, for the naive baseline.
    let support: [Int]
    let rowsBeforeBalancing: Int
    /// The most frequent label combination of the training rows before undersampling.
    let mostFrequentLabels: [Int]
    let warnings: [ResultWarning]

    /// The rows that the vote is tuned on.
    var tuningRows: [Int] { validation.isEmpty ? train : validation }

    /// The name of the scored part, as `metrics.json` has it.
    var scoredPart: String { !test.isEmpty ? "test" : !validation.isEmpty ? "validation" : "out-of-fold" }

    /// The rows of that part, ascending.
    var scored: [Int] { !test.isEmpty ? test : !validation.isEmpty ? validation : train }

    /// Divides the data as the configuration says. For a cross-validation this is all data, for the final model.
    ///
    /// - Throws: `SplitError`, `ProtocolError` if the data cannot be divided as the configuration asks.
    init(of table: FeatureTable, configuration: ExperimentConfiguration) throws {
        let isCrossValidation = configuration.dataset.split.isCrossValidation
        try self.init(
            try ConfiguredSplit.of(table.dataset, configuration: configuration), of: table,
            configuration: configuration,
            tuningFolds: isCrossValidation ? configuration.dataset.tuningFolds : configuration.dataset.folds)
    }

    /// - Parameters:
    ///   - given: the parts, before duplicates are removed.
    ///   - tuningFolds: the number of folds of the tuning rows.
    /// - Throws: `SplitError` if the training part is empty.
    init(
        _ given: Split, of table: FeatureTable, configuration: ExperimentConfiguration, tuningFolds: Int
    ) throws {
        try self.init(
            given, of: table, undersampleAbove: configuration.undersampleAbove, seed: configuration.seed,
            tuningFolds: tuningFolds)
    }

    /// - Parameter undersampleAbove: nil keeps all rows.
    init(_ given: Split, of table: FeatureTable, undersampleAbove: Int?, seed: UInt64, tuningFolds: Int) throws {
        let dataset = table.dataset
        let truth = dataset.truth
        let codes = dataset.labelSpace.codes
        let groups = dataset.samples.map(\.group)
        let hasGroups = groups.contains { $0 != nil }
        var warnings = (dataset.warnings + given.warnings).map(ResultWarning.data)
        var split = Split(parts: given.parts)

        if let digests = table.pixelDigests {
            let duplicates = Duplicates(digests: digests)
            let removed = duplicates.removed(from: split)
            split = Split(parts: duplicates.cleaned(split).parts)
            if !removed.isEmpty {
                warnings.append(.scoredDuplicates(removed.map { dataset.samples[$0].path }))
            }
            let repeated = Self.repeats(duplicates, truth, among: split.train)
            if !repeated.isEmpty {
                var parts = split.parts
                for row in repeated { parts[row] = nil }
                split = Split(parts: parts, warnings: [])
                warnings.append(.repeatedPictures(repeated.count))
            }
            let conflicting = duplicates.conflicting(truth)
            if let first = conflicting.first {
                warnings.append(
                    .conflictingLabels(conflicting.count, example: first.prefix(2).map { dataset.samples[$0].path }))
            }
        }
        let crossing = split.crossingGroups(groups)
        if !crossing.isEmpty { warnings.append(.groupsInSeveralParts(crossing)) }
        if !hasGroups { warnings.append(.noGroups) }

        let candidates = split.train
        guard !candidates.isEmpty else { throw SplitError.emptyPart(.train) }
        let before = truth.selecting(rows: candidates)
        support = before.support
        rowsBeforeBalancing = candidates.count
        let untrained = try Self.untrainedLabels(before, codes: codes)
        if !untrained.isEmpty { warnings.append(.untrainedLabels(untrained.map { codes[$0] })) }
        mostFrequentLabels = Self.mostFrequentCombination(before)
        balancing = Balancing.undersample(
            before, above: undersampleAbove ?? max(candidates.count, 1), seed: seed)
        train = balancing.kept.map { candidates[$0] }
        validation = split.validation
        test = split.test

        let tuning = validation.isEmpty ? train : validation
        var tuningGroups = hasGroups ? tuning.map { groups[$0] } : nil
        if !validation.isEmpty, let all = tuningGroups, let only = all[0], all.allSatisfy({ $0 == only }) {
            // The members were fitted without the group, but the vote is tuned on it.
            tuningGroups = nil
            warnings.append(.singleValidationGroup(only))
        }
        let folded = try Self.folds(
            truth.selecting(rows: tuning), codes: codes, groups: tuningGroups, count: tuningFolds,
            seed: seed)
        folds = folded.assignment
        self.warnings = warnings + folded.warnings.map(ResultWarning.data)
    }

    /// Returns the labels that all training rows have, or none.
    ///
    /// - Throws: `SplitError.nothingToLearn` if that is true of every label.
    static func untrainedLabels(_ truth: LabelMatrix, codes: [String]) throws -> [Int] {
        let untrained = TrainedModel.untrained(support: truth.support, rows: truth.rows)
        guard untrained.count < codes.count else {
            throw SplitError.nothingToLearn(labels: truth.rows > 0 ? truth.labels(ofRow: 0).map { codes[$0] } : [])
        }
        return untrained
    }

    /// Returns rows that repeat the pixels and labels of an earlier row.
    private static func repeats(_ duplicates: Duplicates, _ truth: LabelMatrix, among rows: [Int]) -> [Int] {
        let among = Set(rows)
        return duplicates.sets.flatMap { set in
            var seen: Set<[UInt8]> = []
            return set.filter { among.contains($0) && !seen.insert(Array(truth.row($0))).inserted }
        }.sorted()
    }

    /// Returns the tuning folds: fewer than asked if there are too few rows or groups.
    private static func folds(
        _ truth: LabelMatrix, codes: [String], groups: [String?]?, count: Int, seed: UInt64
    ) throws -> Folds {
        guard let groups else {
            return try .stratified(truth, codes: codes, count: min(count, max(truth.rows, 2)), seed: seed)
        }
        let distinct = Set(groups.compactMap { $0 }).count + groups.count { $0 == nil }
        return try .grouped(truth, codes: codes, groups: groups, count: min(count, max(distinct, 2)), seed: seed)
    }

    /// Returns the most frequent label combination; the first of ties.
    private static func mostFrequentCombination(_ truth: LabelMatrix) -> [Int] {
        var counts: [[Int]: (count: Int, first: Int)] = [:]
        for row in 0 ..< truth.rows { counts[truth.labels(ofRow: row), default: (0, row)].count += 1 }
        let best = counts.max { ($0.value.count, -$0.value.first) < ($1.value.count, -$1.value.first) }
        return best?.key ?? []
    }
}
