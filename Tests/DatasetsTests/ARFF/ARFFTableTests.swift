import Foundation
import Testing

@testable import Datasets

@Suite struct ARFFTableTests {
    private func table(_ text: String) throws -> ARFFTable {
        try ARFFTable(parsing: Data(text.utf8), name: "t.arff")
    }

    @Test func `a dense table is read with its names, kinds and cells`() throws {
        let found = try table(
            """
            % a comment
            @RELATION 'two words'

            @attribute plain numeric
            @ATTRIBUTE "a \\"quoted\\" name" Real
            @attribute size {small, 'very large', x}\r
            @attribute ranged integer [0,9]
            @data
            1.5, -2e3, 'very large', 7
            % between
            0,0,x,1
            """)
        #expect(found.relation == "two words")
        #expect(found.attributes.map(\.name) == ["plain", "a \"quoted\" name", "size", "ranged"])
        #expect(found.attributes[2].kind == .nominal(["small", "very large", "x"]))
        #expect(found.values.rows == 2)
        #expect(found.values.values == [1.5, -2000, 1, 7, 0, 0, 2, 1])
    }

    @Test func `a sparse row leaves out zeros and first values`() throws {
        let found = try table(
            """
            @relation r
            @attribute a numeric
            @attribute b {x,y}
            @attribute c numeric
            @data
            {0 2.5, 1 y}
            {}
            { 2 -1 }
            """)
        #expect(found.values.values == [2.5, 1, 0, 0, 0, 0, 0, 0, -1])
    }

    private static let head = "@relation r\n@attribute a numeric\n@attribute b {x,y}\n"

    private static let faults: [(String, ARFFError)] = [
        ("", ARFFError.noData(file: "t.arff")),
        ("GIF89a…\n", .notHeader(file: "t.arff", line: 1, found: "gif89a…")),
        ("@data\n1\n", .noAttributes(file: "t.arff")),
        (head, .noData(file: "t.arff")),
        (head + "@data\n% nothing\n", .noRows(file: "t.arff")),
        (head + "@attribute a numeric\n", .repeatedAttribute(file: "t.arff", line: 4, name: "a", firstLine: 2)),
        (head + "@attribute t string\n", .attributeType(file: "t.arff", line: 4, found: "string")),
        (
            head + "@attribute t {x,x}\n",
            .syntax(file: "t.arff", line: 4, found: "the value x twice", expected: "different values")
        ),
        (head + "@attribute 't numeric\n", .openQuote(file: "t.arff", line: 4)),
        (head + "@data\n1\n", .cellCount(file: "t.arff", line: 5, expected: 2, found: 1)),
        (head + "@data\n1,x,3\n", .cellCount(file: "t.arff", line: 5, expected: 2, found: 3)),
        (head + "@data\n1,x,{5}\n", .weight(file: "t.arff", line: 5)),
        (head + "@data\n1,x\n?,y\n", .missingValue(file: "t.arff", line: 6, attribute: "a")),
        (head + "@data\n{1 ?}\n", .missingValue(file: "t.arff", line: 5, attribute: "b")),
        (
            head + "@data\nnan,x\n",
            .value(file: "t.arff", line: 5, attribute: "a", found: "nan", expected: "a finite number")
        ),
        (
            head + "@data\n1,z\n",
            .value(file: "t.arff", line: 5, attribute: "b", found: "z", expected: "one of x, y")
        ),
        (head + "@data\n{2 1}\n", .sparseIndex(file: "t.arff", line: 5, found: "2", attributes: 2)),
        (head + "@data\n{1 y, 0 1}\n", .sparseIndex(file: "t.arff", line: 5, found: "0", attributes: 2)),
        (head + "@data\n{0 1\n", .syntax(file: "t.arff", line: 5, found: "", expected: "a comma or }")),
    ]

    @Test(arguments: faults)
    func `a mistake is reported with its line`(_ text: String, _ expected: ARFFError) {
        #expect(throws: expected) { try table(text) }
        #expect(expected.description.hasPrefix("t.arff"))
    }

    @Test func `a quoted question mark is a value`() throws {
        #expect(try table("@relation r\n@attribute b {'?',y}\n@data\n'?'\n").values.values == [0])
    }

    @Test func `truncated and damaged files are read or rejected without a trap`() throws {
        let text = Array((Self.head + "@attribute 'c d' {'p q', r}\n@data\n1.5, x, 'p q'\n{0 2, 2 r}\n").utf8)
        for length in text.indices { _ = try? ARFFTable(parsing: Data(text[..<length]), name: "t") }
        for position in text.indices {
            for bit in 0 ..< 8 {
                var damaged = text
                damaged[position] ^= 1 << bit
                _ = try? ARFFTable(parsing: Data(damaged), name: "t")
            }
        }
    }
}
