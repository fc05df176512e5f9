import Foundation

/// A comma-separated table with a header in the format of RFC 4180.
///
/// Lines end in LF or CRLF. A field with a comma, a quotation mark or a line end is quoted. A byte order mark and empty
/// lines are skipped. Any other deviation is an error with its line number. Every row has as many fields as the header.
///
/// - Source: RFC 4180, section 2.
public struct CSVTable: Equatable, Sendable {
    /// A row below the header.
    public struct Row: Equatable, Sendable {
        /// The row's first line in the file, from 1. Rows and lines differ if a quoted field contains a line end.
        public let line: Int
        /// The values in the order of the columns.
        public let fields: [String]
    }

    /// The names of the columns, all different and not empty.
    public let header: [String]
    public let rows: [Row]

    /// Reads a file.
    ///
    /// - Throws: `FileError` or `CSVError`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path), name: path)
    }

    /// Reads a table whose columns may also be separated by semicolons or tabs, as spreadsheets export it.
    ///
    /// The first line shows the separator: a semicolon or tab separates columns if the line has no comma.
    ///
    /// - Throws: `FileError` or `CSVError`.
    package init(detectingSeparatorIn path: String) throws {
        let data = try FileContent.bytes(of: path)
        let header = data.prefix { $0 != UInt8(ascii: "\n") }
        let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]
        try self.init(
            parsing: data, name: path, separator: separators.first(where: header.contains) ?? UInt8(ascii: ","))
    }

    /// Reads a table from its bytes.
    ///
    /// - Parameter name: the file's name in error messages.
    /// - Throws: `CSVError`.
    public init(parsing data: Data, name: String) throws {
        try self.init(parsing: data, name: name, separator: UInt8(ascii: ","))
    }

    private init(parsing data: Data, name: String, separator: UInt8) throws {
        var reader = CSVReader(bytes: Array(data), name: name, separator: separator)
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

    /// Creates a table in memory. Row i gets the line number that it has when written, provided that no field contains
    /// a line end.
    ///
    /// - Precondition: every row has one field per column, and the names of the columns differ.
    public init(header: [String], rows: [[String]]) {
        precondition(Set(header).count == header.count && !header.contains(""), "columns need different names")
        precondition(rows.allSatisfy { $0.count == header.count }, "a row with a length other than the header's")
        self.header = header
        self.rows = rows.enumerated().map { Row(line: $0 + 2, fields: $1) }
    }

    /// Returns the index of a column.
    public func column(named name: String) -> Int? { header.firstIndex(of: name) }

    /// The table as text, with LF line ends and quotation marks only where needed.
    public var text: String {
        var lines = [header]
        lines.append(contentsOf: rows.map(\.fields))
        return lines.map { Self.line(of: $0) + "\n" }.joined()
    }

    /// Writes the table atomically.
    ///
    /// - Throws: `FileError`.
    public func write(to path: String) throws {
        try AtomicFile.write(text, to: path)
    }

    /// Returns one line without its line end.
    public static func line(of fields: [String]) -> String {
        // Readers skip empty lines, so that a single empty field is quoted.
        fields == [""] ? "\"\"" : fields.map(quoted).joined(separator: ",")
    }

    private static func quoted(_ field: String) -> String {
        let special: Set<UInt8> = [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13]
        guard field.utf8.contains(where: special.contains) else { return field }
        return "\"" + field.replacingOccurrences(of: "\"", with: "\"\"") + "\""
    }
}
