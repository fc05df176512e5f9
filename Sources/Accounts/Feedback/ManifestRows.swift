import Files
import Foundation

/// A manifest that is added to: rows by path, in the order in which they came.
struct ManifestRows {
    private var header: [String]
    private var rows: [[String: String]] = []
    private var places: [String: Int] = [:]

    init(header: [String]) { self.header = header }

    /// - Parameter columns: that are needed beside those of the table.
    init(_ table: CSVTable, adding columns: [String]) {
        header = table.header + columns.filter { !table.header.contains($0) }
        for row in table.rows {
            let values = Dictionary(zip(table.header, row.fields)) { first, _ in first }
            places[values["path"] ?? ""] = rows.count
            rows.append(values)
        }
    }

    /// - Returns: whether anything is different now.
    mutating func update(_ path: String, _ values: [String: String]) -> Bool {
        guard let place = places[path] else {
            places[path] = rows.count
            rows.append(values)
            return true
        }
        let merged = rows[place].merging(values) { $1 }
        defer { rows[place] = merged }
        return merged != rows[place]
    }

    var table: CSVTable { CSVTable(header: header, rows: rows.map { row in header.map { row[$0] ?? "" } }) }
}

/// The mark that keeps a data set as it is: a column `frozen` in which any row says so, or a line `# frozen`.
enum FrozenManifest {
    private static let refusals = ["", "0", "false", "no"]

    static func isMarked(_ manifest: Data) -> Bool {
        let lines = String(decoding: manifest, as: UTF8.self).split(whereSeparator: \.isNewline)
        let isCommented = lines.contains { line in
            line.hasPrefix("#")
                && line.lowercased().split(whereSeparator: { !$0.isLetter }).contains("frozen")
        }
        guard !isCommented else { return true }
        guard let table = try? CSVTable(parsing: manifest, name: "manifest.csv"),
            let column = table.column(named: "frozen")
        else { return false }
        return table.rows.contains { !refusals.contains($0.fields[column].lowercased()) }
    }
}
