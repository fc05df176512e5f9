import Files
import Foundation
import LinearAlgebra

/// A table in Weka's attribute-relation file format, with numeric and nominal columns and dense or sparse rows.
///
/// Not supported are strings, dates and relations, weights of rows, and missing values (`?`). They are errors with the
/// line.
///
/// - Source: Witten, Frank & Hall, "Data Mining" (2011), section 2.4; Weka's documentation for sparse rows.
public struct ARFFTable: Equatable, Sendable {
    public struct Attribute: Equatable, Sendable {
        public let name: String
        public let kind: Kind

        public init(name: String, kind: Kind) {
            self.name = name
            self.kind = kind
        }
    }

    public enum Kind: Equatable, Sendable {
        case numeric
        /// One of these different values; a cell holds the index.
        case nominal([String])
    }

    public let relation: String
    /// The attributes, with different names.
    public let attributes: [Attribute]
    /// n × attributes; a nominal cell is the index of its value.
    public let values: Matrix<Float>

    /// The maximum number of cells: 512 MiB.
    static let cellLimit = 1 << 27

    /// Reads a file.
    ///
    /// - Throws: `FileError`, `ARFFError`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path), name: path)
    }

    /// Reads a table from its bytes.
    ///
    /// - Parameter name: the file's name in error messages.
    /// - Throws: `ARFFError`.
    public init(parsing data: Data, name: String) throws {
        var reader = ARFFReader(bytes: Array(data), file: name)
        let header = try reader.header()
        relation = header.relation
        attributes = header.attributes
        var cells: [Float] = []
        var rows = 0
        while try reader.appendRow(of: attributes, to: &cells) {
            rows += 1
            guard cells.count <= Self.cellLimit else {
                throw ARFFError.tooLarge(file: name, attributes: attributes.count, limit: Self.cellLimit)
            }
        }
        guard rows > 0 else { throw ARFFError.noRows(file: name) }
        values = Matrix(rows: rows, columns: attributes.count, values: cells)
    }

    /// Returns the index of an attribute.
    public func attribute(named name: String) -> Int? { attributes.firstIndex { $0.name == name } }
}
