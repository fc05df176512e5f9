import Files
import Foundation
import LinearAlgebra

/// A table in Weka's attribute-relation file format: numeric and nominal columns, dense or sparse rows.
///
/// Refused with the line: strings, dates and relations, weights of rows, and missing values (`?`), which nothing here
/// could do anything sound with.
///
/// - Source: Witten, Frank & Hall, "Data Mining" (2011), section 2.4; the sparse form is Weka's.
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
        /// One of these, which differ; a cell holds the position.
        case nominal([String])
    }

    public let relation: String
    /// Their names differ.
    public let attributes: [Attribute]
    /// n × attributes; of a nominal one the position of its value.
    public let values: Matrix<Float>

    /// The largest table that is read: 512 MiB of cells.
    static let cellLimit = 1 << 27

    /// Reads a file.
    ///
    /// - Throws: `FileError`, `ARFFError`.
    public init(contentsOf path: String) throws {
        try self.init(parsing: FileContent.bytes(of: path), name: path)
    }

    /// Reads a table from its bytes.
    ///
    /// - Parameter name: the file's name, for errors.
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

    /// The position of an attribute.
    public func attribute(named name: String) -> Int? { attributes.firstIndex { $0.name == name } }
}
