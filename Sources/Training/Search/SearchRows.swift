import Datasets
import Inference
import LinearAlgebra

/// The rows that a search learns from and scores: everything but the test part, in folds.
///
/// Folds are those of the experiment's own cross-validation where it names one, else `search.folds` folds of whole
/// groups, stratified. Twins of test rows, and repeats, are left out as in training.
struct SearchRows: Sendable {
    /// Rows of the table, ascending; what follows counts along them.
    let rows: [Int]
    /// The fold of each.
    let folds: [Int]
    let foldCount: Int
    let warnings: [String]
    /// For each fold, whether it may learn from a row: it is of another fold, and neither group nor pixels of the row
    /// are tested there.
    private let isLearntFrom: [[Bool]]

    /// - Throws: `SplitError`, `ProtocolError`, `SearchError.tooFewFolds`.
    init(of table: FeatureTable, plan: SearchPlan) throws {
        let configuration = plan.base
        if let outer = try OuterFolds(of: table, configuration: configuration) {
            let count = table.dataset.count
            var folds = [Int](repeating: 0, count: count)
            for fold in 0 ..< outer.count { for row in outer.split(fold).test { folds[row] = fold } }
            rows = Array(0 ..< count)
            self.folds = folds
            foldCount = outer.count
            warnings = outer.warnings
            isLearntFrom = (0 ..< outer.count).map { fold in
                let train = Set(outer.split(fold).train)
                return (0 ..< count).map(train.contains)
            }
        } else {
            let given = try ConfiguredSplit.of(table.dataset, configuration: configuration)
            let merged = Split(parts: given.parts.map { $0 == .validation ? .train : $0 }, warnings: given.warnings)
            let partition = try TrainingPartition(
                merged, of: table, undersampleAbove: nil, seed: configuration.seed, tuningFolds: plan.settings.folds)
            let folds = partition.folds
            rows = partition.train
            self.folds = folds
            foldCount = (folds.max() ?? -1) + 1
            warnings = partition.warnings
            isLearntFrom = (0 ..< foldCount).map { fold in folds.map { $0 != fold } }
        }
        if plan.settings.isNested, foldCount < 3 { throw SearchError.tooFewFolds(folds: foldCount) }
    }

    /// The places in `rows` that models may learn from which score these folds.
    func learning(without left: [Int]) -> [Int] {
        rows.indices.filter { place in left.allSatisfy { isLearntFrom[$0][place] } }
    }

    /// The places in `rows` of these folds, ascending.
    func held(_ left: [Int]) -> [Int] { folds.indices.filter { left.contains(folds[$0]) } }

    /// The folds that are left out together: one at a time, and for a nested search also two at a time. What is fitted
    /// without two folds scores the one for a choice that has not seen the other, and the other way round.
    func leftOut(isNested: Bool) -> [[Int]] {
        let single = (0 ..< foldCount).map { [$0] }
        guard isNested else { return single }
        return single + (0 ..< foldCount).flatMap { a in (a + 1 ..< foldCount).map { [a, $0] } }
    }
}
