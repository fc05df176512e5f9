import ClassificationMetrics
import Files
import Foundation
import Imaging
import LinearAlgebra

/// The scores of the same samples under each disturbance, as files: what robustness is computed from.
///
/// `robustness/<disturbance>.csv` is a `PredictionTable` with the rows of `predictions.csv`. A picture that could no
/// longer be read under a disturbance was refused: it stands there with no decision, uncertain and with scores of 0,
/// and `robustness/refused.csv` (`disturbance,path,reason`) says why.
struct RobustnessFiles: Sendable {
    struct Disturbed: Sendable {
        let kind: Disturbance
        let table: PredictionTable
        /// Rows of the table that were refused.
        let refused: [Int]
    }

    let clean: PredictionTable
    let disturbed: [Disturbed]
    /// One per sample; nil where nobody says whose the samples are.
    let groups: [String]?

    private static let refusedHeader = ["disturbance", "path", "reason"]

    static func path(_ kind: Disturbance, in folder: String) -> String { "\(folder)/robustness/\(kind.rawValue).csv" }

    static func writeRefused(_ rows: [[String]], to folder: String) throws {
        try CSVTable(header: refusedHeader, rows: rows).write(to: "\(folder)/robustness/refused.csv")
    }

    /// Removes what an earlier evaluation into the same folder left.
    static func remove(from folder: String) {
        for kind in Disturbance.allCases { unlink(path(kind, in: folder)) }
        unlink("\(folder)/robustness/refused.csv")
        rmdir("\(folder)/robustness")
        unlink("\(folder)/robustness.json")
        for name in [RobustnessReport.figureName, RobustnessReport.sheetName] { unlink("\(folder)/plots/\(name).svg") }
    }

    /// Reads the tables beside those of an evaluation.
    ///
    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`, `EvaluationError.otherRows`.
    init(contentsOf folder: String, beside files: ScoredFiles) throws {
        let refusedPath = "\(folder)/robustness/refused.csv"
        let refused = try CSVTable(contentsOf: refusedPath)
        guard refused.header == Self.refusedHeader else {
            throw EvaluationError.otherRows(file: refusedPath, beside: "\(folder)/predictions.csv")
        }
        let clean = files.ensemble
        let rowOfPath = Dictionary(clean.paths.enumerated().map { ($1, $0) }) { first, _ in first }
        self.clean = clean
        groups = files.groups
        disturbed = try Disturbance.allCases.map { kind in
            let path = Self.path(kind, in: folder)
            let table = try PredictionTable(contentsOf: path)
            guard table.paths == clean.paths, table.codes == clean.codes, table.truth == clean.truth else {
                throw EvaluationError.otherRows(file: path, beside: "\(folder)/predictions.csv")
            }
            let rows = try refused.rows.filter { $0.fields[0] == kind.rawValue }.map { line in
                guard let row = rowOfPath[line.fields[1]] else {
                    throw EvaluationError.otherRows(file: refusedPath, beside: "\(folder)/predictions.csv")
                }
                return row
            }
            return Disturbed(kind: kind, table: table, refused: rows)
        }
    }
}

extension RobustnessFiles.Disturbed {
    /// What is scored: a refused picture counts as wrong.
    ///
    /// Nothing is decided of it, which is wrong by itself, but scores of 0 have a highest one too: the first label's,
    /// which may be true. So that `top1_*` count it as wrong, the first label that is not true gets the smallest
    /// number there is, here and not in the file.
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
