import Files
import Foundation

/// The rows of a manifest by path, in the order of the file. Rows can be added, changed and removed.
struct ManifestRows {
    private var header: [String]
    private var rows: [[String: String]] = []
    private var places: [String: Int] = [:]

    init(header: [String]) { self.header = header }

    /// - Parameter columns: Columns to add if the table lacks them.
    init(_ table: CSVTable, adding columns: [String]) {
        header = table.header + columns.filter { !table.header.contains($0) }
        for row in table.rows {
            let values = Dictionary(zip(table.header, row.fields)) { first, _ in first }
            places[values["path"] ?? ""] = rows.count
            rows.append(values)
        }
    }

    /// - Returns: Whether anything changed.
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

    /// Removes rows, and returns them.
    mutating func remove(where isStale: ([String: String]) -> Bool) -> [[String: String]] {
        let removed = rows.filter(isStale)
        rows.removeAll(where: isStale)
        places = Dictionary(rows.enumerated().map { ($1["path"] ?? "", $0) }) { $1 }
        return removed
    }

    func has(_ path: String) -> Bool { places[path] != nil }

    var table: CSVTable { CSVTable(header: header, rows: rows.map { row in header.map { row[$0] ?? "" } }) }
}

/// The mark of a frozen data set: a true value in a column `frozen`, or a comment line with the word `frozen`.
enum FrozenManifest {
    private static let falseValues = ["", "0", "false", "no"]

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
        return table.rows.contains { !falseValues.contains($0.fields[column].lowercased()) }
    }
}
