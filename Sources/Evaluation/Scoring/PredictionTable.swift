import Files
import Foundation
import LinearAlgebra

/// Scores and truth of a set of samples as a file: `path,truth,decision,uncertain` and one column per label code.
///
/// It is written before any results are computed. Evaluation reads nothing else.
public struct PredictionTable: Equatable, Sendable {
    /// The label codes, in the label space's order.
    public let codes: [String]
    /// The path of each sample, as in the dataset.
    public let paths: [String]
    /// The true labels, n × L.
    public let truth: LabelMatrix
    /// The decided labels, n × L.
    public let decision: LabelMatrix
    /// Whether a person should review each sample. The decision is kept.
    public let uncertain: [Bool]
    /// The scores, n × L in 0…1.
    public let scores: Matrix<Double>

    /// - Precondition: All values have the same number of samples and labels.
    public init(
        codes: [String], paths: [String], truth: LabelMatrix, decision: LabelMatrix, uncertain: [Bool],
        scores: Matrix<Double>
    ) {
        precondition(
            [truth.rows, decision.rows, scores.rows, uncertain.count].allSatisfy { $0 == paths.count }
                && [truth.columns, decision.columns, scores.columns].allSatisfy { $0 == codes.count },
            "the values need the same number of samples and labels")
        self.codes = codes
        self.paths = paths
        self.truth = truth
        self.decision = decision
        self.uncertain = uncertain
        self.scores = scores
    }

    private static let fixedColumns = ["path", "truth", "decision", "uncertain"]

    /// Writes the table as CSV. Decimals are the shortest that read back exactly.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws {
        let rows = paths.indices.map { row in
            [
                paths[row], joined(truth.labels(ofRow: row)), joined(decision.labels(ofRow: row)),
                uncertain[row] ? "1" : "0",
            ] + scores.row(row).map { $0 == 0 ? "0" : $0 == 1 ? "1" : "\($0)" }
        }
        try CSVTable(header: Self.fixedColumns + codes, rows: rows).write(to: path)
    }

    private func joined(_ labels: [Int]) -> String {
        labels.map { codes[$0] }.joined(separator: "|")
    }

    /// Reads a table.
    ///
    /// - Throws: `FileError`, `CSVError`, `PredictionTableError`.
    public init(contentsOf path: String) throws {
        let table = try CSVTable(contentsOf: path)
        guard table.header.count > 4, Array(table.header.prefix(4)) == Self.fixedColumns else {
            throw PredictionTableError.header(file: path, found: table.header)
        }
        let codes = Array(table.header.dropFirst(4))
        let index = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
        var truth = LabelMatrix(rows: table.rows.count, columns: codes.count)
        var decision = truth
        var scores = Matrix<Double>(rows: table.rows.count, columns: codes.count)
        var uncertain: [Bool] = []
        func labels(_ text: String, line: Int) throws -> [Int] {
            try text.split(separator: "|").map { code in
                guard let label = index[String(code)] else {
                    throw PredictionTableError.unknownLabel(file: path, line: line, code: String(code), known: codes)
                }
                return label
            }
        }
        for (number, row) in table.rows.enumerated() {
            for label in try labels(row.fields[1], line: row.line) { truth[number, label] = true }
            for label in try labels(row.fields[2], line: row.line) { decision[number, label] = true }
            guard ["0", "1"].contains(row.fields[3]) else {
                throw PredictionTableError.badUncertain(file: path, line: row.line, found: row.fields[3])
            }
            uncertain.append(row.fields[3] == "1")
            for label in codes.indices {
                let text = row.fields[4 + label]
                guard let score = Double(text), (0 ... 1).contains(score) else {
                    throw PredictionTableError.badScore(file: path, line: row.line, code: codes[label], found: text)
                }
                scores[number, label] = score
            }
        }
        self.init(
            codes: codes, paths: table.rows.map { $0.fields[0] }, truth: truth, decision: decision,
            uncertain: uncertain, scores: scores)
    }
}

/// Errors in a file of predictions.
public enum PredictionTableError: Error, Equatable, LocalizedError, CustomStringConvertible {
    case header(file: String, found: [String])
    case unknownLabel(file: String, line: Int, code: String, known: [String])
    case badUncertain(file: String, line: Int, found: String)
    case badScore(file: String, line: Int, code: String, found: String)

    public var description: String {
        switch self {
        case .header(let file, let found):
            "\(file): found the header \(found.joined(separator: ",")), expected path,truth,decision,uncertain and one "
                + "column per label."
        case .unknownLabel(let file, let line, let code, let known):
            "\(file):\(line): unknown label \(code). Known labels: \(known.joined(separator: ", "))."
        case .badUncertain(let file, let line, let found):
            "\(file):\(line): uncertain must be 0 or 1, found “\(found)”."
        case .badScore(let file, let line, let code, let found):
            "\(file):\(line): the score of \(code) must be a number from 0 to 1, found “\(found)”."
        }
    }

    public var errorDescription: String? { description }
}
