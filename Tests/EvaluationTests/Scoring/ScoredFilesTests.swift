import Datasets
import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation
@testable import Inference

struct ScoredFilesTests {
    private let scratch: Scratch
    private static let names = ["binary-relevance", "mlaram", "ml-svm"]

    init() throws { scratch = try Scratch() }

    private static func files(groups: (Int) -> String? = { _ in nil }) throws -> ScoredFiles {
        let table = SampleTables.table(rows: 18, groups: groups)
        let model = try SampleModels.fit(table)
        let rows = [17, 3, 5]
        let scores = try model.ensemble.scores(table.features.selecting(rows: rows), workers: Workers(count: 1))
        return ScoredFiles(
            scores: scores, reasons: DecisionReasons(of: table.features.selecting(rows: rows), traces: nil, by: model),
            rows: rows, of: table.dataset, by: model)
    }

    @Test func `all files are read as they were written, in row order`() throws {
        let files = try Self.files { "patient \($0 / 4)" }
        try files.write(to: scratch.path)
        let back = try ScoredFiles(contentsOf: scratch.path, memberNames: Self.names)
        #expect(back.ensemble == files.ensemble && back.baseline == files.baseline)
        #expect(back.members.map(\.name) == Self.names && back.members.map(\.table) == files.members.map(\.table))
        #expect(back.groups == ["patient 4", "patient 0", "patient 1"])
        #expect(back.ensemble.paths == ["rows/17.png", "rows/3.png", "rows/5.png"])
    }

    @Test func `a sample without a group is its own group, and without any group there is no file`() throws {
        let some = try Self.files { $0 == 3 ? nil : "p" }
        #expect(some.groups == ["p", "rows/3.png", "p"])
        try some.write(to: scratch.path)
        try Self.files().write(to: scratch.path)
        #expect(try ScoredFiles(contentsOf: scratch.path, memberNames: Self.names).groups == nil)
        #expect(try !scratch.names(in: "scores").contains("groups.csv"))
    }

    @Test func `the baseline is constant: each label's share, and the most frequent labels`() throws {
        let baseline = try Self.files().baseline
        for row in 0 ..< 3 {
            #expect(baseline.scores.row(row).allSatisfy { $0 == 6.0 / 18 })
            #expect(baseline.decision.labels(ofRow: row) == [0])
        }
    }

    @Test func `files that do not match are rejected with the name of the differing one`() throws {
        let files = try Self.files { "patient \($0 / 4)" }
        for name in ["scores/mlaram.csv", "scores/baseline.csv", "scores/groups.csv"] {
            try files.write(to: scratch.path)
            let lines = try FileContent.text(of: scratch(name)).split(separator: "\n")
            try scratch.write(name, lines.dropLast().joined(separator: "\n") + "\n")
            #expect(throws: EvaluationError.mismatchedRows(file: scratch(name), reference: scratch("predictions.csv")))
            {
                try ScoredFiles(contentsOf: scratch.path, memberNames: Self.names)
            }
        }
        try files.write(to: scratch.path)
        let text = try FileContent.text(of: scratch("scores/mlaram.csv"))
        for changed in [text.replacing("A,B,C", with: "B,A,C"), text.replacing(".png,C,", with: ".png,B,")] {
            #expect(changed != text)
            try scratch.write("scores/mlaram.csv", changed)
            #expect(throws: EvaluationError.self) { try ScoredFiles(contentsOf: scratch.path, memberNames: Self.names) }
        }
    }

    @Test func `a missing member file is an error with its name`() throws {
        try Self.files().write(to: scratch.path)
        #expect(throws: FileError.missing(path: scratch("scores/other.csv"))) {
            try ScoredFiles(contentsOf: scratch.path, memberNames: ["other"])
        }
    }
}
