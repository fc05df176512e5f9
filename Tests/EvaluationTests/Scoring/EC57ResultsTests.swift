import LinearAlgebra
import Testing

@testable import Evaluation

@Suite struct EC57ResultsTests {
    private func table(_ codes: [String], _ truth: [Int], _ called: [Int]) -> PredictionTable {
        func matrix(_ labels: [Int]) -> LabelMatrix {
            LabelMatrix(labels.map { label in codes.indices.map { $0 == label ? 1 : 0 } })
        }
        return PredictionTable(
            codes: codes, paths: truth.indices.map { "r\($0)" }, truth: matrix(truth), decision: matrix(called),
            uncertain: truth.map { _ in false },
            scores: Matrix(called.map { label in codes.indices.map { $0 == label ? 0.9 : 0.1 } }))
    }

    @Test func `records are counted individually, together and on average`() throws {
        let predictions = table(["N", "S", "V"], [2, 2, 0, 2, 0, 1], [2, 0, 2, 2, 0, 1])
        let found = try #require(EC57Results(of: predictions, records: ["201", "201", "201", "99", "99", "99"]))
        #expect(found.records.map(\.name) == ["99", "201"])
        #expect(found.records[1].classes["V"]?.se == 0.5)
        #expect(found.records[1].classes["V"]?.ppv == 0.5)
        #expect(found.records[1].classes["S"]?.se == nil)
        #expect(found.summary.gross["V"] == .init(beats: 3, tp: 2, fn: 1, fp: 1, se: 2.0 / 3, ppv: 2.0 / 3))
        #expect(found.summary.average["V"] == .init(se: 0.75, ppv: 0.75))
        #expect(found.summary.average["S"] == .init(se: 1, ppv: 1))
        let rows = found.table.rows.map { $0.fields.joined(separator: ",") }
        #expect(rows[0] == "record,99,3,1,0,0,1.0,1.0,1,0,0,1.0,1.0,1,0,0,1.0,1.0,1.0,1.0")
        #expect(rows[1].hasPrefix("record,201,3,0,1,1,0.0,0.0,0,0,0,,,1,1,1,0.5,0.5,-0.5"))
        #expect(rows[2].hasPrefix("gross,,6,"))
        // Record 99 has the only S beat, record 201 two of three V beats.
        #expect(rows[3].hasPrefix("gross-without,99,3,0,1,1,"))
        #expect(rows[4].hasPrefix("gross-without,201,3,1,0,0,"))
        #expect(rows[4].hasSuffix(",1.0"))
        #expect(rows[5] == "average,,,,,,0.5,0.5,,,,1.0,1.0,,,,0.75,0.75,,0.5625")
        #expect(found.summary.without?.map(\.dominates) == [["S"], ["V"]])
        // Of six beats four agree; by chance (2·2 + 1·1 + 3·3) / 36 would: κ = (4/6 − 14/36) / (22/36) = 5/11.
        let expected = 5.0 / 22 + (1 + 1 + 2.0 / 3 + 2.0 / 3) / 8
        #expect(abs(try #require(found.summary.grossJKappa) - expected) < 1e-12)
    }

    @Test func `there is no table without records, beat classes or single labels`() {
        let predictions = table(["N", "S", "V"], [2, 0], [2, 0])
        #expect(EC57Results(of: predictions, records: nil) == nil)
        #expect(EC57Results(of: table(["N", "A", "B"], [2, 0], [2, 0]), records: ["1", "1"]) == nil)
        let several = PredictionTable(
            codes: ["N", "S", "V"], paths: ["a"], truth: LabelMatrix([[1, 1, 0]]), decision: LabelMatrix([[1, 0, 0]]),
            uncertain: [false], scores: Matrix([[0.9, 0.1, 0.2]]))
        #expect(EC57Results(of: several, records: ["1"]) == nil)
    }
}
