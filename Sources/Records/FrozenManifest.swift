import Files
import Foundation

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
