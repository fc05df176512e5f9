import Files
import Foundation

/// The model card next to a model file: the figures that were measured when the model was trained.
///
/// `heartsense train` writes it as `model-card.md`. Next to a shipped model `NAME.h5` it is `NAME.md`.
package struct StoredModelCard: Sendable {
    package struct Table: Sendable {
        package let caption: String?
        package let header: [String]
        package let rows: [[String]]
    }

    /// The facts of the first table, by name.
    package let facts: [String: String]
    /// The warnings, without their full stops.
    package let warnings: [String]
    /// The measured part and its size, such as `out-of-fold, 1082 samples`; nil without results.
    package let part: String?
    /// The paragraphs about the measurement.
    package let paragraphs: [String]
    /// The tables of the results.
    package let tables: [Table]

    /// Reads the card of a model file; nil if there is none.
    package init?(besideModel path: String) {
        let model = URL(fileURLWithPath: path)
        let folder = model.deletingLastPathComponent()
        let name = model.deletingPathExtension().lastPathComponent
        let places = (name == "model" ? ["model-card.md"] : []) + ["\(name).md"]
        let text = places.lazy.compactMap { place in
            try? FileContent.bytes(of: folder.appendingPathComponent(place).path, limit: 1 << 20)
        }.first
        guard let text else { return nil }
        self.init(parsing: String(decoding: text, as: UTF8.self))
    }

    package init(parsing text: String) {
        var facts: [String: String] = [:]
        var warnings: [String] = []
        var part: String?
        var paragraphs: [String] = []
        var tables: [Table] = []
        var rows: [[String]] = []
        var caption: String?
        var isInResults = false
        // The last line is empty, so that it ends the last table.
        for line in (text + "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("|") {
                rows.append(
                    line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
                        $0.trimmingCharacters(in: .whitespaces)
                    })
                continue
            }
            if rows.count > 2 {
                if isInResults {
                    tables.append(Table(caption: caption, header: rows[0], rows: Array(rows.dropFirst(2))))
                } else if facts.isEmpty {
                    facts = Dictionary(rows.dropFirst(2).map { ($0[0], $0.last ?? "") }) { first, _ in first }
                }
                caption = nil
            }
            rows = []
            if let match = line.wholeMatch(of: /> \*\*Warning\.\*\* (.*?)\.?/) {
                warnings.append(String(match.1))
            } else if let match = line.wholeMatch(of: /## Results \((.*)\)/) {
                (part, isInResults) = (String(match.1), true)
            } else if line.hasPrefix("#") {
                isInResults = false
            } else if let match = line.wholeMatch(of: /\*\*(.*)\*\*/) {
                caption = String(match.1)
            } else if isInResults, !line.isEmpty {
                paragraphs.append(String(line))
            }
        }
        (self.facts, self.warnings, self.part) = (facts, warnings, part)
        (self.paragraphs, self.tables) = (paragraphs, tables)
    }

    /// Whether the card is that of a model. The card of another model has another digest.
    package func belongs(to model: TrainedModel) -> Bool {
        guard let digest = model.digest?.description else { return false }
        return facts["model"]?.contains("`\(digest)`") ?? false
    }

    /// Returns the table with a column of this name as its first.
    package func table(of column: String) -> Table? { tables.first { $0.header.first == column } }
}
