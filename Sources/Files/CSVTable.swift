import Foundation

/// A comma-separated table with a header, as RFC 4180 has it.
///
/// Lines end in LF or CRLF; a field that holds a comma, a quotation mark or a line end is quoted; a byte order mark
/// at the start and lines with nothing on them are passed over. Anything else is refused with its line number, and
/// every row has as many fields as the header: a table is read whole and right, or not at all.
///
/// - Source: RFC 4180, section 2.
public struct CSVTable: Equatable, Sendable {
    /// One line of the table below the header.
    public struct Row: Equatable, Sendable {
        /// Where the row starts in its file, counted from 1; a quoted line end makes rows and lines differ.
        public let line: Int
        /// One text for each column.
        public let fields: [String]
    }

    /// The columns' names, all different and none empty.
    public let header: [String]
    public let rows: [Row]

    /// Reads a file.
    ///
    /// - Throws: `FileError` or `CSVError`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path), name: path)
    }

    /// Reads a table from its bytes.
    ///
    /// - Parameter name: the file's name, for errors.
    /// - Throws: `CSVError`.
    public init(parsing data: Data, name: String) throws {
        var reader = CSVReader(bytes: Array(data), name: name)
        guard let first = try reader.nextRow() else { throw CSVError.empty(file: name) }
        var seen: Set<String> = []
        for (index, column) in first.fields.enumerated() {
            guard !column.isEmpty else {
                throw CSVError.unnamedColumn(file: name, line: first.line, number: index + 1)
            }
            guard seen.insert(column).inserted else {
                throw CSVError.repeatedColumn(file: name, line: first.line, name: column)
            }
        }
        var rows: [Row] = []
        while let row = try reader.nextRow() {
            guard row.fields.count == first.fields.count else {
                throw CSVError.fieldCount(
                    file: name, line: row.line, expected: first.fields.count, found: row.fields.count)
            }
            rows.append(row)
        }
        self.header = first.fields
        self.rows = rows
    }

    /// A table made here; row i is given the line it will have when it is written and no field holds a line end.
    ///
    /// - Precondition: every row has one field for each column, and the columns' names differ.
    public init(header: [String], rows: [[String]]) {
        precondition(Set(header).count == header.count && !header.contains(""), "columns need names of their own")
        precondition(rows.allSatisfy { $0.count == header.count }, "a row of another length than the header")
        self.header = header
        self.rows = rows.enumerated().map { Row(line: $0 + 2, fields: $1) }
    }

    /// The position of a column.
    public func column(named name: String) -> Int? { header.firstIndex(of: name) }

    /// The table as text: LF line ends, quotation marks only where they are needed.
    public var text: String {
        var lines = [header]
        lines.append(contentsOf: rows.map(\.fields))
        return lines.map { Self.line(of: $0) + "\n" }.joined()
    }

    /// Writes the table, whole or not at all.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws {
        try AtomicFile.write(text, to: path)
    }

    /// One line, without its end.
    private static func line(of fields: [String]) -> String {
        // An empty line would be passed over by a reader, so a lone empty field is quoted.
        fields == [""] ? "\"\"" : fields.map(quoted).joined(separator: ",")
    }

    private static func quoted(_ field: String) -> String {
        let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13]
        guard field.utf8.contains(where: special.contains) else { return field }
        return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
