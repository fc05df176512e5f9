import Classifiers
import Files
import LinearAlgebra

extension PredictionTable {
    /// Joins tables with disjoint rows.
    ///
    /// - Parameter parts: The positions of each table's rows in the result. Together they cover it exactly.
    /// - Precondition: There is at least one part, and all have the same codes.
    init(joining parts: [(rows: [Int], table: PredictionTable)]) {
        let codes = parts[0].table.codes
        precondition(parts.allSatisfy { $0.table.codes == codes }, "the tables need the same labels")
        let count = parts.reduce(0) { $0 + $1.rows.count }
        var truth = LabelMatrix(rows: count, columns: codes.count)
        var decision = truth
        var scores = Matrix<Double>(rows: count, columns: codes.count)
        var paths = [String](repeating: "", count: count)
        var uncertain = [Bool](repeating: false, count: count)
        for (rows, table) in parts {
            truth.replace(rows: rows, with: table.truth)
            decision.replace(rows: rows, with: table.decision)
            scores.replace(rows: rows, with: table.scores)
            for (source, target) in rows.enumerated() {
                paths[target] = table.paths[source]
                uncertain[target] = table.uncertain[source]
            }
        }
        self.init(
            codes: codes, paths: paths, truth: truth, decision: decision, uncertain: uncertain, scores: scores)
    }
}

extension ScoredFiles {
    /// Joins the out-of-fold scores of a cross-validation, in the dataset's order.
    ///
    /// - Parameter parts: The name, test rows and scores of each fold.
    /// - Precondition: The folds test every row once.
    package init(joining parts: [(fold: String, rows: [Int], files: ScoredFiles)]) {
        let count = parts.reduce(0) { $0 + $1.rows.count }
        var folds = [String](repeating: "", count: count)
        var groups = folds
        for part in parts {
            for (source, row) in part.rows.enumerated() {
                folds[row] = part.fold
                groups[row] = part.files.groups?[source] ?? part.files.ensemble.paths[source]
            }
        }
        self.init(
            ensemble: PredictionTable(joining: parts.map { ($0.rows, $0.files.ensemble) }),
            members: parts[0].files.members.indices.map { index in
                (
                    parts[0].files.members[index].name,
                    PredictionTable(joining: parts.map { ($0.rows, $0.files.members[index].table) })
                )
            },
            baseline: PredictionTable(joining: parts.map { ($0.rows, $0.files.baseline) }),
            answers: Self.joined(parts.map { ($0.rows, $0.files.answers) }, count: count),
            groups: parts.contains { $0.files.groups != nil } ? groups : nil, folds: folds)
    }

    /// Returns the conformal sets of all rows; nil unless every fold has them.
    private static func joined(
        _ parts: [(rows: [Int], answers: [[ConformalAnswer]]?)], count: Int
    ) -> [[ConformalAnswer]]? {
        var joined = [[ConformalAnswer]](repeating: [], count: count)
        for part in parts {
            guard let answers = part.answers else { return nil }
            for (row, answer) in zip(part.rows, answers) { joined[row] = answer }
        }
        return joined
    }
}
