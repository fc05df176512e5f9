import Files
import Foundation
import Testing

@Suite struct CSVTableTests {
    private func table(_ text: String) throws -> CSVTable { try CSVTable(parsing: Data(text.utf8), name: "t.csv") }

    private func rows(_ text: String) throws -> [[String]] { try table(text).rows.map(\.fields) }

    @Test func `a table is read with LF, CRLF, without a last line end and with a byte order mark`() throws {
        let expected = [["a.png", "N"], ["b.png", "S"]]
        #expect(try rows("path,labels\na.png,N\nb.png,S\n") == expected)
        #expect(try rows("path,labels\r\na.png,N\r\nb.png,S\r\n") == expected)
        #expect(try rows("path,labels\na.png,N\nb.png,S") == expected)
        let marked = try table("\u{FEFF}path,labels\na.png,N\nb.png,S\n")
        #expect(marked.header == ["path", "labels"])
        #expect(marked.column(named: "labels") == 1)
        #expect(marked.column(named: "fold") == nil)
    }

    @Test func `quoted fields hold commas, doubled quotation marks and line ends`() throws {
        let text = "a,b\r\n\"x,y\",\"say \"\"hi\"\"\"\r\n\"two\r\nlines\",\"\"\r\nlast,row\r\n"
        let table = try table(text)
        #expect(table.rows.map(\.fields) == [["x,y", "say \"hi\""], ["two\r\nlines", ""], ["last", "row"]])
        #expect(table.rows.map(\.line) == [2, 3, 5])
    }

    @Test func `empty lines are skipped and counted`() throws {
        let table = try table("\n\na,b\n\n1,2\n\r\n3,4\n\n")
        #expect(table.rows.map(\.line) == [5, 7])
    }

    @Test func `a combining mark does not hide the comma before it`() throws {
        #expect(try rows("a,b\n\u{301}x,\u{301}y\n") == [["\u{301}x", "\u{301}y"]])
    }

    @Test(arguments: [
        ("", CSVError.empty(file: "t.csv")),
        ("\n\n", .empty(file: "t.csv")),
        ("a,b\n1\n", .fieldCount(file: "t.csv", line: 2, expected: 2, found: 1)),
        ("a,b\n1,2\n\"3\n3\",4,5\n", .fieldCount(file: "t.csv", line: 3, expected: 2, found: 3)),
        ("a,b\n1,\"2\n3,4\n", .openQuote(file: "t.csv", line: 2)),
        ("a,b\n1,\"2\"x\n", .textAfterQuote(file: "t.csv", line: 2)),
        ("a,b\n1,2\"x\"\n", .quoteInsideField(file: "t.csv", line: 2)),
        ("a,,c\n", .unnamedColumn(file: "t.csv", line: 1, number: 2)),
        ("a,b,a\n", .repeatedColumn(file: "t.csv", line: 1, name: "a")),
        ("a,b\n1,2\r3,4\n", .controlCharacter(file: "t.csv", line: 2, byte: 13)),
        ("a,b\n\u{0}1,2\n", .controlCharacter(file: "t.csv", line: 2, byte: 0)),
    ])
    func `a syntax error is reported with its line`(text: String, expected: CSVError) {
        #expect(throws: expected) { try table(text) }
    }

    @Test func `bytes that are not UTF-8 are reported with their line`() {
        let latin = Data("a,b\n1,2\n3,".utf8) + Data([0xE9, 0x0A])
        #expect(throws: CSVError.notUTF8(file: "t.csv", line: 3)) { try CSVTable(parsing: latin, name: "t.csv") }
    }

    @Test func `a written table is read back unchanged`() throws {
        let rows = [
            ["plain", "with,comma"], ["with \"marks\"", "two\nlines"], ["", "\r\n"], ["é\u{301}", " blanks "],
        ]
        let table = CSVTable(header: ["a", "b,c"], rows: rows)
        #expect(table.text.hasPrefix("a,\"b,c\"\nplain,\"with,comma\"\n\"with \"\"marks\"\"\",\"two\nlines\"\n"))
        let read = try self.table(table.text)
        #expect(read.header == table.header)
        #expect(read.rows.map(\.fields) == rows)

        let narrow = CSVTable(header: ["a"], rows: [["x"], [""], ["y"]])
        #expect(try self.rows(narrow.text) == [["x"], [""], ["y"]])
    }

    @Test func `a table is written to a file and read again`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("csv-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("t.csv").path
        let table = CSVTable(header: ["a", "b"], rows: [["1", "2"]])
        try table.write(to: path)
        #expect(try CSVTable(contentsOf: path) == table)
        #expect(throws: FileError.missing(path: path + "x")) { try CSVTable(contentsOf: path + "x") }
    }

    @Test func `errors name the file, the line and the correction`() {
        let error = CSVError.fieldCount(file: "d/manifest.csv", line: 7, expected: 3, found: 1)
        #expect(
            error.localizedDescription
                == "d/manifest.csv:7: found 1 field, the header has 3. Quote fields that contain commas.")
    }
}
