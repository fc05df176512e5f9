import Files
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Evaluation

struct PredictionTableTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static func table(_ scores: Matrix<Double>, paths: [String]? = nil) -> PredictionTable {
        let rows = scores.rows
        return PredictionTable(
            codes: ["N", "S", "V"], paths: paths ?? (0 ..< rows).map { "\($0).png" },
            truth: LabelMatrix(rows: rows, columns: 3, values: (0 ..< 3 * rows).map { UInt8($0 % 4 == 0 ? 1 : 0) }),
            decision: LabelMatrix(rows: rows, columns: 3, values: (0 ..< 3 * rows).map { UInt8($0 % 2) }),
            uncertain: (0 ..< rows).map { $0.isMultiple(of: 3) }, scores: scores)
    }

    @Test func `the text is the contract's: header, joined codes, 0 or 1, shortest decimals`() throws {
        let table = PredictionTable(
            codes: ["N", "S", "V"], paths: ["a.png", "b,\"c\".png"], truth: LabelMatrix([[1, 0, 1], [0, 0, 0]]),
            decision: LabelMatrix([[0, 0, 1], [1, 1, 0]]), uncertain: [false, true],
            scores: Matrix([[0, 1, 0.1], [0.30000000000000004, 1e-20, 0.5]]))
        try table.write(to: scratch("p.csv"))
        let expected = """
            path,truth,decision,uncertain,N,S,V
            a.png,N|V,V,0,0,1,0.1
            "b,""c"".png",,N|S,1,0.30000000000000004,1e-20,0.5

            """
        #expect(try FileContent.text(of: scratch("p.csv")) == expected)
    }

    @Test func `scores are read bit-identically`() throws {
        var random = SeededGenerator(seed: 4)
        var values = (0 ..< 597).map { _ in random.uniform() }
        values += [Double.leastNonzeroMagnitude, 1.nextDown, Double.ulpOfOne]
        let table = Self.table(Matrix(rows: 200, columns: 3, values: values))
        try table.write(to: scratch("p.csv"))
        #expect(try PredictionTable(contentsOf: scratch("p.csv")) == table)
    }

    @Test func `paths with any characters are read unchanged`() throws {
        let paths = ["ä b/ü.png", "a,b.png", "\"quoted\".png", "two\nlines.png", "tab\t.png", " .png", "|.png"]
        let table = Self.table(Matrix(rows: paths.count, columns: 3), paths: paths)
        try table.write(to: scratch("p.csv"))
        #expect(try PredictionTable(contentsOf: scratch("p.csv")) == table)
    }

    @Test func `a table without rows is valid`() throws {
        let table = Self.table(Matrix(rows: 0, columns: 3))
        try table.write(to: scratch("p.csv"))
        #expect(try PredictionTable(contentsOf: scratch("p.csv")) == table)
    }

    private static let header = "path,truth,decision,uncertain,N,S"

    @Test(arguments: [
        "path,truth,decision,N,S\n", "path,truth,decision,uncertain\n", "truth,path,decision,uncertain,N,S\n", "a\n",
    ])
    func `another header is rejected with the header that was found`(text: String) throws {
        let path = try scratch.write("p.csv", text)
        let found = text.dropLast().split(separator: ",").map(String.init)
        #expect(throws: PredictionTableError.header(file: path, found: found)) { try PredictionTable(contentsOf: path) }
    }

    @Test func `an invalid row is rejected with its line`() throws {
        let path = scratch("p.csv")
        let cases: [(String, PredictionTableError)] = [
            ("a,X,N,0,0.5,0.5", .unknownLabel(file: path, line: 3, code: "X", known: ["N", "S"])),
            ("a,N,N|Y,0,0.5,0.5", .unknownLabel(file: path, line: 3, code: "Y", known: ["N", "S"])),
            ("a,N,N,2,0.5,0.5", .badUncertain(file: path, line: 3, found: "2")),
            ("a,N,N,,0.5,0.5", .badUncertain(file: path, line: 3, found: "")),
            ("a,N,N,0,1.5,0.5", .badScore(file: path, line: 3, code: "N", found: "1.5")),
            ("a,N,N,0,0.5,nan", .badScore(file: path, line: 3, code: "S", found: "nan")),
            ("a,N,N,0,0.5,-0.1", .badScore(file: path, line: 3, code: "S", found: "-0.1")),
            ("a,N,N,0,high,0.5", .badScore(file: path, line: 3, code: "N", found: "high")),
            ("a,N,N,0,,0.5", .badScore(file: path, line: 3, code: "N", found: "")),
        ]
        for (row, error) in cases {
            try scratch.write("p.csv", Self.header + "\nb,N,N,0,0.1,0.9\n\(row)\n")
            #expect(throws: error) { try PredictionTable(contentsOf: path) }
            #expect(error.description.hasPrefix("\(path):3: "))
        }
        try scratch.write("p.csv", Self.header + "\na,N,N,0,0.5\n")
        #expect(throws: CSVError.self) { try PredictionTable(contentsOf: path) }
        try scratch.write("p.csv", "")
        #expect(throws: CSVError.self) { try PredictionTable(contentsOf: path) }
    }
}
