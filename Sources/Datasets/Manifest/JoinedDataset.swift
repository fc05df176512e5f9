import Foundation

extension Dataset {
    /// Reads folders that are separated by colons as one data set, for example recordings and pages that show them.
    ///
    /// A group or fold with the same name is the same in all of them.
    ///
    /// - Throws: `DatasetError.otherLabels` if the label spaces differ; the errors of `init(contentsOf:)`.
    init(joining source: String, labelSpace: LabelSpace?, skippingMissing: Bool) throws {
        let folders = source.split(separator: ":").map(String.init)
        let parts = try folders.map {
            try Dataset(contentsOf: $0, labelSpace: labelSpace, skippingMissing: skippingMissing)
        }
        for part in parts where part.labelSpace != parts[0].labelSpace {
            throw DatasetError.otherLabels(
                path: part.root, found: part.labelSpace.fingerprint, expected: parts[0].labelSpace.fingerprint,
                in: parts[0].root)
        }
        let root = Self.commonFolder(of: folders.map { Self.join($0, "manifest.csv") })
        let samples = parts.flatMap { part in
            part.samples.map { sample in
                let path = part.path(of: sample)
                return Sample(
                    path: Self.path(path, below: root), labels: sample.labels, group: sample.group, part: sample.part,
                    fold: sample.fold, columns: sample.columns)
            }
        }
        self.init(
            root: root.isEmpty ? "." : root, labelSpace: parts[0].labelSpace, samples: samples,
            missing: parts.flatMap(\.missing), notes: parts.flatMap(\.notes))
    }

    /// The longest folder that all paths begin with; empty if there is none.
    static func commonFolder(of paths: [String]) -> String {
        var parts = paths[0].split(separator: "/", omittingEmptySubsequences: false).dropLast()
        for path in paths {
            let own = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            parts = parts.prefix(zip(parts, own).prefix { $0 == $1 }.count)
        }
        return parts.count == 1 && parts[0].isEmpty ? "/" : parts.joined(separator: "/")
    }

    /// Returns a path relative to a folder that it begins with; other paths stay.
    static func path(_ path: String, below folder: String) -> String {
        let start = folder.hasSuffix("/") || folder.isEmpty ? folder : folder + "/"
        return path.hasPrefix(start) ? String(path.dropFirst(start.count).drop { $0 == "/" && !folder.isEmpty }) : path
    }
}
