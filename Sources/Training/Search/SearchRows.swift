import Datasets
import Inference
import LinearAlgebra

/// The rows that a search trains on and scores: everything except the test part, in folds.
///
/// The folds are those of the experiment's cross-validation if it has one, else `search.folds` stratified folds of whole
/// groups. Duplicates are left out as in training.
struct SearchRows: Sendable {
    /// The rows of the table, ascending. Other properties and methods use positions in this list.
    let rows: [Int]
    /// The fold of each row.
    let folds: [Int]
    let foldCount: Int
    let warnings: [ResultWarning]
    /// For each fold, whether a row can be trained on: neither the row nor its group or pixels are in the fold.
    private let isTrainable: [[Bool]]

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
            isTrainable = (0 ..< outer.count).map { fold in
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
            isTrainable = (0 ..< foldCount).map { fold in folds.map { $0 != fold } }
        }
        if plan.settings.isNested, foldCount < 3 { throw SearchError.tooFewFolds(folds: foldCount) }
    }

    /// Returns the positions that models can be trained on which score these folds.
    func learning(without left: [Int]) -> [Int] {
        rows.indices.filter { place in left.allSatisfy { isTrainable[$0][place] } }
    }

    /// Returns the positions in these folds, ascending.
    func held(_ left: [Int]) -> [Int] { folds.indices.filter { left.contains(folds[$0]) } }

    /// Returns the folds to leave out together: each alone, and for a nested search also each pair. A model without two
    /// folds scores one of them for a choice that has not seen the other.
    func leftOut(isNested: Bool) -> [[Int]] {
        let single = (0 ..< foldCount).map { [$0] }
        guard isNested else { return single }
        return single + (0 ..< foldCount).flatMap { a in (a + 1 ..< foldCount).map { [a, $0] } }
    }
}
