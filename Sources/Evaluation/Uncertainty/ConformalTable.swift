import Classifiers
import Files

/// The conformal sets as a file: `path` and a column per label code with `yes`, `no`, `both` or `neither`.
struct ConformalTable: Equatable, Sendable {
    let codes: [String]
    let paths: [String]
    /// The conformal sets, n rows of L.
    let answers: [[ConformalAnswer]]

    func write(to path: String) throws {
        try CSVTable(header: ["path"] + codes, rows: zip(paths, answers).map { [$0] + $1.map(\.rawValue) })
            .write(to: path)
    }

    init(codes: [String], paths: [String], answers: [[ConformalAnswer]]) {
        precondition(paths.count == answers.count, "there must be one row of sets per path")
        self.codes = codes
        self.paths = paths
        self.answers = answers
    }

    /// - Throws: `FileError`, `CSVError`, `EvaluationError.notConformal`.
    init(contentsOf path: String) throws {
        let table = try CSVTable(contentsOf: path)
        guard table.header.first == "path" else {
            throw EvaluationError.notConformal(file: path, found: table.header.joined(separator: ","))
        }
        codes = Array(table.header.dropFirst())
        paths = table.rows.map { $0.fields[0] }
        answers = try table.rows.map { row in
            try row.fields.dropFirst().map { text in
                guard let answer = ConformalAnswer(rawValue: text) else {
                    throw EvaluationError.notConformal(file: "\(path):\(row.line)", found: text)
                }
                return answer
            }
        }
    }
}
