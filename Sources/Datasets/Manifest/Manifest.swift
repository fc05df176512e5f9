import Files
import Foundation

/// The samples listed in a `manifest.csv`.
///
/// The columns `path` (relative to the manifest's folder; a file, or the name of a WFDB record) and `labels` (codes
/// joined by `|`) are required. The columns `group`, `split` (`train`, `validation`, `test`) and `fold` (a whole number)
/// are optional, and so are their values in a row. Other columns are kept. The records of a data set of beats need no
/// labels.
///
/// Tables of other programs are read too: columns separated by semicolons or tabs, paths with backslashes, and missing
/// values written as blanks, `nan` or `NA`.
struct Manifest {
    let samples: [Sample]
    /// Listed files that do not exist.
    let missing: [String]
    let notes: [DataWarning]

    /// - Parameter isLabeled: false if the samples have no labels of their own.
    init(contentsOf file: String, labelSpace: LabelSpace, skippingMissing: Bool, isLabeled: Bool = true) throws {
        let table = try CSVTable(detectingSeparatorIn: file)
        let columns = try Columns(of: table, file: file, isLabeled: isLabeled)
        let folder = (file as NSString).deletingLastPathComponent

        var samples: [Sample] = []
        var missing: [DatasetError.Entry] = []
        var lines: [String: Int] = [:]
        for row in table.rows {
            let sample = try columns.sample(row, labelSpace: labelSpace) { path in
                Self.exists(Dataset.join(folder, path))
            }
            if let first = lines[sample.path] {
                throw DatasetError.repeatedPath(file: file, line: row.line, path: sample.path, firstLine: first)
            }
            lines[sample.path] = row.line
            let path = Dataset.join(folder, sample.path)
            if Self.exists(path) {
                samples.append(sample)
            } else if Self.isPipeOrDevice(path), !skippingMissing {
                throw DatasetError.notAFile(file: file, line: row.line, path: sample.path)
            } else {
                missing.append(.init(line: row.line, path: sample.path))
            }
        }
        guard missing.isEmpty || skippingMissing else {
            throw DatasetError.missingFiles(file: file, first: Array(missing.prefix(3)), count: missing.count)
        }
        guard !samples.isEmpty else { throw DatasetError.noSamples(path: file) }
        self.samples = samples
        self.missing = missing.map(\.path)
        notes = missing.isEmpty ? [] : [.missingPictures(missing.count, of: table.rows.count, manifest: file)]
    }

    /// Whether `path` is a file or the name of a WFDB record.
    private static func exists(_ path: String) -> Bool {
        FileContent.isStored(path) || FileContent.isStored(path + ".hea")
    }

    private static func isPipeOrDevice(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
    }
}

extension Manifest {
    /// The indices of the known columns.
    private struct Columns {
        let file: String
        let header: [String]
        let path: Int
        /// nil if the samples have no labels of their own.
        let labels: Int?
        let group: Int?
        let split: Int?
        let fold: Int?

        init(of table: CSVTable, file: String, isLabeled: Bool) throws {
            func needed(_ name: String) throws -> Int {
                guard let column = table.column(named: name) else {
                    throw DatasetError.missingColumn(file: file, line: 1, column: name, found: table.header)
                }
                return column
            }
            self.file = file
            header = table.header
            path = try needed("path")
            labels = isLabeled ? try needed("labels") : nil
            group = table.column(named: "group")
            split = table.column(named: "split")
            fold = table.column(named: "fold")
        }

        /// - Parameter exists: whether there is a file of that path.
        func sample(_ row: CSVTable.Row, labelSpace: LabelSpace, exists: (String) -> Bool) throws -> Sample {
            guard !row.fields[path].isEmpty else { throw DatasetError.emptyPath(file: file, line: row.line) }
            let known: Set<Int> = Set([path, labels, group, split, fold].compactMap { $0 })
            let others = header.indices.filter { !known.contains($0) }.map { (header[$0], row.fields[$0]) }
            return Sample(
                path: Self.path(row.fields[path], exists: exists), labels: try labels(row, labelSpace),
                group: given(row, group),
                part: try part(row), fold: try fold(row), columns: Dictionary(uniqueKeysWithValues: others))
        }

        private func labels(_ row: CSVTable.Row, _ space: LabelSpace) throws -> [Int] {
            guard let labels else { return [] }
            let text = row.fields[labels]
            guard !text.isEmpty else { throw DatasetError.noLabels(file: file, line: row.line) }
            var found: Set<Int> = []
            for code in text.components(separatedBy: LabelSpace.separator) {
                guard let label = space.index(ofCode: code) else {
                    throw DatasetError.unknownLabel(
                        file: file, line: row.line, code: code, nearest: space.nearestCode(to: code),
                        known: space.codes)
                }
                guard found.insert(label).inserted else {
                    throw DatasetError.repeatedLabel(file: file, line: row.line, code: code)
                }
            }
            return found.sorted()
        }

        private func part(_ row: CSVTable.Row) throws -> Part? {
            guard let text = given(row, split) else { return nil }
            guard let part = Part(rawValue: text) else {
                throw DatasetError.split(file: file, line: row.line, found: text)
            }
            return part
        }

        private func fold(_ row: CSVTable.Row) throws -> Int? {
            guard let text = given(row, fold) else { return nil }
            guard let fold = Int(text) else { throw DatasetError.fold(file: file, line: row.line, found: text) }
            return fold
        }

        private func given(_ row: CSVTable.Row, _ column: Int?) -> String? {
            guard let text = column.map({ row.fields[$0].trimmingCharacters(in: .whitespaces) }) else { return nil }
            return Self.missingValues.contains(text.lowercased()) ? nil : text
        }

        /// The words that pandas and R write for a missing value, in lower case.
        private static let missingValues: Set = ["", "nan", "na", "n/a", "<na>", "none", "null"]

        /// Returns a path with slashes. A backslash separates folders, as on Windows, unless a file has it in its name.
        private static func path(_ text: String, exists: (String) -> Bool) -> String {
            let path = normalized(text)
            guard path.contains("\\"), !exists(path) else { return path }
            let converted = normalized(path.replacing("\\", with: "/"))
            return exists(converted) ? converted : path
        }

        /// Removes `.` and repeated slashes, so that every file has a single path. `..` stays because its meaning
        /// depends on symbolic links.
        private static func normalized(_ path: String) -> String {
            let parts = path.split(separator: "/").filter { $0 != "." }
            return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
        }
    }
}
