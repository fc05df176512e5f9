import Datasets
import Files
import Inference
import LinearAlgebra

/// Which rows are learnt from, which the vote is tuned on, and which are scored; with what was left out and why.
package struct TrainingPartition: Sendable {
    /// Rows that the members are fitted on, after twins were removed and classes thinned out.
    let train: [Int]
    /// Rows of a validation part; empty where the vote is tuned by cross-fitting.
    let validation: [Int]
    /// Rows of the test part; empty where there is none.
    let test: [Int]
    /// With a validation part: a fold per validation row. Without: a fold per train row.
    let folds: [Int]
    let balancing: Balancing
    /// How many train rows carried each label before balancing, for the naive baseline.
    let support: [Int]
    let rowsBeforeBalancing: Int
    /// The label combination that most train rows have, before balancing.
    let mostFrequentLabels: [Int]
    let warnings: [String]

    /// The rows that the vote is tuned on.
    var tuningRows: [Int] { validation.isEmpty ? train : validation }

    /// Which rows are scored at the end, by CONTRACT's names.
    var scoredPart: String { !test.isEmpty ? "test" : !validation.isEmpty ? "validation" : "out-of-fold" }

    /// The rows of that part, ascending.
    var scored: [Int] { !test.isEmpty ? test : !validation.isEmpty ? validation : train }

    /// The division that the configuration asks for; of a cross-validation the whole data, which the final model is
    /// fitted on.
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
    ///   - split: which rows are learnt from, tuned on and scored, before twins are removed.
    ///   - tuningFolds: of the rows that the vote is tuned on.
    /// - Throws: `SplitError` if nothing is left to learn from.
    init(
        _ given: Split, of table: FeatureTable, configuration: ExperimentConfiguration, tuningFolds: Int
    ) throws {
        try self.init(
            given, of: table, undersampleAbove: configuration.undersampleAbove, seed: configuration.seed,
            tuningFolds: tuningFolds)
    }

    /// - Parameter undersampleAbove: nil leaves all rows.
    init(_ given: Split, of table: FeatureTable, undersampleAbove: Int?, seed: UInt64, tuningFolds: Int) throws {
        let dataset = table.dataset
        let truth = dataset.truth
        let codes = dataset.labelSpace.codes
        let groups = dataset.samples.map(\.group)
        let hasGroups = groups.contains { $0 != nil }
        var warnings = dataset.warnings + given.warnings
        var split = Split(parts: given.parts)

        if let digests = table.pixelDigests {
            let duplicates = Duplicates(digests: digests)
            let removed = duplicates.removed(from: split)
            split = Split(parts: duplicates.cleaned(split).parts)
            if !removed.isEmpty {
                let names = removed.prefix(3).map { dataset.samples[$0].path }.joined(separator: ", ")
                warnings.append(
                    "\(removed.count) pictures with the pixels of one that is scored were removed: \(names)"
                        + (removed.count > 3 ? ", …" : ""))
            }
            let repeated = Self.repeats(duplicates, truth, among: split.train)
            if !repeated.isEmpty {
                var parts = split.parts
                for row in repeated { parts[row] = nil }
                split = Split(parts: parts, warnings: [])
                warnings.append(
                    "\(repeated.count) repeats of a training picture (same pixels, same labels) were removed")
            }
            let conflicting = duplicates.conflicting(truth)
            if let first = conflicting.first {
                let pair = first.prefix(2).map { dataset.samples[$0].path }.joined(separator: " and ")
                warnings.append(
                    "\(conflicting.count) pictures stand with the same pixels under different labels, for example \(pair)"
                )
            }
        }
        let crossing = split.crossingGroups(groups)
        if !crossing.isEmpty {
            warnings.append(
                "\(crossing.count) groups stand in more than one part (\(crossing.prefix(3).joined(separator: ", "))): "
                    + "the scores know those patients")
        }
        if !hasGroups {
            warnings.append(
                "No groups are given: pictures of one patient may stand on both sides of a split, and the scores may "
                    + "flatter")
        }

        let candidates = split.train
        guard !candidates.isEmpty else { throw SplitError.emptyPart(.train) }
        let before = truth.selecting(rows: candidates)
        support = before.support
        rowsBeforeBalancing = candidates.count
        mostFrequentLabels = Self.mostFrequentCombination(before)
        balancing = Balancing.undersample(
            before, above: undersampleAbove ?? max(candidates.count, 1), seed: seed)
        train = balancing.kept.map { candidates[$0] }
        validation = split.validation
        test = split.test

        let tuning = validation.isEmpty ? train : validation
        var tuningGroups = hasGroups ? tuning.map { groups[$0] } : nil
        if !validation.isEmpty, let all = tuningGroups, let only = all[0], all.allSatisfy({ $0 == only }) {
            // The members have not seen the group; that the tuning of one row has seen others of it can only be told.
            tuningGroups = nil
            warnings.append(
                "All validation rows are of one group (\(only)): the calibration and thresholds of a validation score "
                    + "know its group")
        }
        let folded = try Self.folds(
            truth.selecting(rows: tuning), codes: codes, groups: tuningGroups, count: tuningFolds,
            seed: seed)
        folds = folded.assignment
        self.warnings = warnings + folded.warnings
    }

    /// Later copies of a picture that is already among `rows` with the same labels.
    private static func repeats(_ duplicates: Duplicates, _ truth: LabelMatrix, among rows: [Int]) -> [Int] {
        let among = Set(rows)
        return duplicates.sets.flatMap { set in
            var seen: Set<[UInt8]> = []
            return set.filter { among.contains($0) && !seen.insert(Array(truth.row($0))).inserted }
        }.sorted()
    }

    /// Folds for tuning: fewer than asked for where there are too few rows or groups.
    private static func folds(
        _ truth: LabelMatrix, codes: [String], groups: [String?]?, count: Int, seed: UInt64
    ) throws -> Folds {
        guard let groups else {
            return try .stratified(truth, codes: codes, count: min(count, max(truth.rows, 2)), seed: seed)
        }
        let distinct = Set(groups.compactMap { $0 }).count + groups.count { $0 == nil }
        return try .grouped(truth, codes: codes, groups: groups, count: min(count, max(distinct, 2)), seed: seed)
    }

    /// Of equals the one that comes first.
    private static func mostFrequentCombination(_ truth: LabelMatrix) -> [Int] {
        var counts: [[Int]: (count: Int, first: Int)] = [:]
        for row in 0 ..< truth.rows { counts[truth.labels(ofRow: row), default: (0, row)].count += 1 }
        let best = counts.max { ($0.value.count, -$0.value.first) < ($1.value.count, -$1.value.first) }
        return best?.key ?? []
    }
}
