import ClassificationMetrics
import Datasets
import LinearAlgebra
import Testing

@testable import Evaluation

@Suite struct SubgroupTableTests {
    /// Rows whose scores are right for women and wrong for men.
    private static func table(columns: (Int) -> [String: String]) throws -> SubgroupTable? {
        let rows = 60
        var truth = LabelMatrix(rows: rows, columns: 2)
        var scores = Matrix<Double>(rows: rows, columns: 2)
        for row in 0 ..< rows {
            let label = row % 2
            truth[row, label] = true
            let isFemale = row < 30
            scores[row, isFemale ? label : 1 - label] = 0.9
            scores[row, isFemale ? 1 - label : label] = 0.1
        }
        var decision = LabelMatrix(rows: rows, columns: 2)
        for row in 0 ..< rows {
            for label in 0 ..< 2 { decision[row, label] = scores[row, label] > 0.5 }
        }
        let samples = (0 ..< rows).map { Sample(path: "\($0)", labels: [$0 % 2], columns: columns($0)) }
        return SubgroupTable(
            of: try ScoredSet(truth: truth, scores: scores, decision: decision, uncertain: nil), samples: samples)
    }

    @Test func `each group has its own results`() throws {
        let table = try #require(
            try Self.table { ["sex": $0 < 30 ? "female" : "male", "age": $0 % 3 == 0 ? "49.9" : "70"] })
        #expect(table.table.rows.map { $0[0] } == ["female", "male", "under 50", "70 and older"])
        #expect(table.table.rows[0][1] == "30" && table.table.rows[0][2] == "1.000")
        #expect(table.table.rows[1][2] == "0.000")
    }

    @Test func `small groups and data without sex and age have no table`() throws {
        #expect(try Self.table { _ in [:] } == nil)
        #expect(try Self.table { $0 < 19 ? ["sex": "female"] : [:] } == nil)
    }
}
