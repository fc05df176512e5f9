import ClassificationMetrics
import Files
import Foundation
import Imaging
import LinearAlgebra

/// The scores of the same samples under each perturbation, as files. Robustness is computed from them.
///
/// `robustness/<perturbation>.csv` is a `PredictionTable` with the rows of `predictions.csv`. A picture that cannot be
/// read under a perturbation is rejected: its row has no decision, is uncertain and has scores of 0.
/// `robustness/refused.csv` (`disturbance,path,reason`) lists the reasons.
struct RobustnessFiles: Sendable {
    struct Perturbed: Sendable {
        let kind: Perturbation
        let table: PredictionTable
        /// The rows of the table that were rejected.
        let refused: [Int]
    }

    let clean: PredictionTable
    let perturbed: [Perturbed]
    /// The group of each sample; nil if groups are not known.
    let groups: [String]?

    private static let refusedHeader = ["disturbance", "path", "reason"]

    static func path(_ kind: Perturbation, in folder: String) -> String { "\(folder)/robustness/\(kind.rawValue).csv" }

    static func writeRefused(_ rows: [[String]], to folder: String) throws {
        try CSVTable(header: refusedHeader, rows: rows).write(to: "\(folder)/robustness/refused.csv")
    }

    /// Removes the files of an earlier evaluation in the same folder.
    static func remove(from folder: String) {
        for kind in Perturbation.allCases { unlink(path(kind, in: folder)) }
        unlink("\(folder)/robustness/refused.csv")
        rmdir("\(folder)/robustness")
        unlink("\(folder)/robustness.json")
        for name in [RobustnessReport.figureName, RobustnessReport.sheetName] { unlink("\(folder)/plots/\(name).svg") }
    }

    /// Reads the tables that belong to an evaluation.
    ///
    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`, `EvaluationError.mismatchedRows`.
    init(contentsOf folder: String, for files: ScoredFiles) throws {
        let refusedPath = "\(folder)/robustness/refused.csv"
        let refused = try CSVTable(contentsOf: refusedPath)
        guard refused.header == Self.refusedHeader else {
            throw EvaluationError.mismatchedRows(file: refusedPath, reference: "\(folder)/predictions.csv")
        }
        let clean = files.ensemble
        let rowOfPath = Dictionary(clean.paths.enumerated().map { ($1, $0) }) { first, _ in first }
        self.clean = clean
        groups = files.groups
        perturbed = try Perturbation.allCases.map { kind in
            let path = Self.path(kind, in: folder)
            let table = try PredictionTable(contentsOf: path)
            guard table.paths == clean.paths, table.codes == clean.codes, table.truth == clean.truth else {
                throw EvaluationError.mismatchedRows(file: path, reference: "\(folder)/predictions.csv")
            }
            let rows = try refused.rows.filter { $0.fields[0] == kind.rawValue }.map { line in
                guard let row = rowOfPath[line.fields[1]] else {
                    throw EvaluationError.mismatchedRows(file: refusedPath, reference: "\(folder)/predictions.csv")
                }
                return row
            }
            return Perturbed(kind: kind, table: table, refused: rows)
        }
    }
}

extension RobustnessFiles.Perturbed {
    /// Returns the scores to evaluate. A rejected picture counts as wrong.
    ///
    /// Its empty decision is wrong, but with scores of 0 the first label, which may be true, would have the highest
    /// score. The first label that is not true therefore gets the smallest positive number, so that `top1_*` count the
    /// picture as wrong. The file keeps 0.
    func scoredSet() throws -> ScoredSet {
        var scores = table.scores
        for row in refused {
            if let wrong = table.codes.indices.first(where: { !table.truth[row, $0] }) {
                scores[row, wrong] = .leastNonzeroMagnitude
            }
        }
        return try ScoredSet(
            truth: table.truth, scores: scores, decision: table.decision, uncertain: table.uncertain)
    }
}
