import Datasets
import Files
import Foundation
import GRDB
import Storage

/// Writes clinicians' corrections as a data set for the next training.
///
/// Exports only stored pictures of accounts that allow training. The pictures of one account form one group, so that no
/// split separates a patient's pictures. The group's name does not identify the account. One user alone can read the files.
///
/// A repeated export removes the rows and files of accounts that were deleted or have withdrawn the permission.
public struct FeedbackExport {
    public struct Outcome: Equatable, Sendable {
        /// The number of rows that were added or changed.
        public let corrections: Int
        /// The number of corrected results whose picture is neither stored nor in the data set.
        public let withoutPicture: Int
        /// The number of recordings with traces that a person has corrected.
        public var traces = 0
        /// The number of reviewed recordings that were added or changed.
        public var recordings = 0
        /// The number of pictures and recordings that were removed.
        public var removed = 0
    }

    let database: String

    /// - Parameter database: The database file. It is only read.
    public init(database: String) { self.database = database }

    struct Correction {
        let id: String
        let labels: [String]
        let group: String
        let png: Data?
        let columns: [String: String]
    }

    /// The part of the database that an export needs, read in one transaction.
    struct Content {
        /// The newest correction of each picture.
        let corrections: [Correction]
        let traces: [Row]
        /// The reviewed recordings.
        let recordings: [Row]
        /// The groups of the accounts that allow training.
        let groups: Set<String>
        /// The ids of the results of these accounts.
        let results: Set<String>

        /// Whether a row of an earlier export must not stay: its account is deleted or has withdrawn the permission, or the
        /// result is stored without a correction. A result that has expired is not stored, and its row stays.
        func isStale(_ row: [String: String], corrected: Set<String>) -> Bool {
            let result = row["result"] ?? ""
            return !groups.contains(row["group"] ?? "") || results.contains(result) && !corrected.contains(result)
        }
    }

    static let header = ["path", "labels", "group", "result", "original", "clinician", "corrected", "model", "input"]
    private static let traceHeader = ["path", "group", "result", "input"]

    /// Adds the newest correction of each result to the data set in `folder`, or creates the data set. Removes withdrawn
    /// pictures and recordings.
    ///
    /// - Parameter labels: The file of the label space; nil for that of the data set, or else the standard one.
    /// - Throws: `FeedbackExportError`, `LabelSpaceError`, `CSVError`, `FileError`, `StorageError`. The manifest is unchanged
    ///   then.
    public func write(to folder: String, labels: String? = nil) throws -> Outcome {
        let manifest = "\(folder)/manifest.csv"
        var rows = try existingRows(manifest, folder: folder)
        let spaceFile = "\(folder)/labels.yaml"
        let hasSpace = access(spaceFile, R_OK) == 0
        let space =
            try labels.map { try LabelSpace(contentsOf: $0) }
            ?? (hasSpace ? try LabelSpace(contentsOf: spaceFile) : .aami)
        let content = try content()
        for correction in content.corrections {
            if let unknown = correction.labels.first(where: { space.index(ofCode: $0) == nil }) {
                throw FeedbackExportError.unknownLabel(
                    result: correction.id, code: unknown, space: space.fingerprint, known: space.codes)
            }
        }
        try AtomicFile.makePrivateFolder(folder)
        try AtomicFile.makePrivateFolder("\(folder)/pictures")
        let corrected = Set(content.corrections.map(\.id))
        let removed = rows.remove { Self.isOwn($0) && content.isStale($0, corrected: corrected) }
        for row in removed {
            let picture = "\(folder)/\(row["path"] ?? "")"
            guard unlink(picture) == 0 || errno == ENOENT else { throw FileError.lastError(writing: picture) }
        }
        var (written, withoutPicture) = (0, 0)
        for correction in content.corrections {
            let path = Self.path(ofPicture: correction.id)
            guard correction.png != nil || rows.has(path) else {
                withoutPicture += 1
                continue
            }
            var columns = correction.columns
            columns["path"] = path
            columns["labels"] = correction.labels.joined(separator: "|")
            columns["group"] = correction.group
            if rows.update(path, columns) { written += 1 }
            if let png = correction.png { try AtomicFile.writePrivately(png, to: "\(folder)/\(path)") }
        }
        if !hasSpace || labels != nil { try AtomicFile.writePrivately(Data(space.yaml.utf8), to: spaceFile) }
        try AtomicFile.writePrivately(Data(rows.table.text.utf8), to: manifest)
        let traces = try writeTraces(of: content, to: folder)
        let recordings = try RecordingExport(content: content).write(to: folder)
        return Outcome(
            corrections: written, withoutPicture: withoutPicture, traces: traces.written,
            recordings: recordings.written, removed: removed.count + traces.removed + recordings.removed)
    }

    private static func path(ofPicture id: String) -> String { "pictures/\(id).png" }

    /// Whether an export has written a row of the manifest.
    private static func isOwn(_ row: [String: String]) -> Bool {
        guard let result = row["result"], !result.isEmpty, !result.contains("/") else { return false }
        return row["path"] == path(ofPicture: result)
    }

    /// Writes the corrected recordings of uploads as WFDB records, each in a folder of `traces`, and a table of them.
    private func writeTraces(of content: Content, to folder: String) throws -> (written: Int, removed: Int) {
        let file = "\(folder)/traces.csv"
        let isNew = access(file, F_OK) != 0
        guard !content.traces.isEmpty || !isNew else { return (0, 0) }
        var rows =
            isNew
            ? ManifestRows(header: Self.traceHeader)
            : ManifestRows(try CSVTable(contentsOf: file), adding: Self.traceHeader)
        let corrected = Set(content.traces.map { $0["id"] as String })
        let removed = rows.remove { content.isStale($0, corrected: corrected) }
        try AtomicFile.makePrivateFolder("\(folder)/traces")
        for id in removed.compactMap({ $0["result"] }) where !id.isEmpty && !id.contains("/") && !id.hasPrefix(".") {
            let place = "\(folder)/traces/\(id)"
            guard access(place, F_OK) == 0 else { continue }
            do { try FileManager.default.removeItem(atPath: place) } catch {
                throw FileError.cannotWrite(path: place, reason: error.localizedDescription)
            }
        }
        for row in content.traces {
            let id: String = row["id"]
            let place = "traces/\(id)"
            try AtomicFile.makePrivateFolder("\(folder)/\(place)")
            for (name, column) in [
                (UploadRecords.signals, "signals"), (UploadRecords.header, "header"),
                (UploadRecords.corrections, "corrections"),
            ] {
                try AtomicFile.writePrivately(row[column] as Data, to: "\(folder)/\(place)/\(name)")
            }
            let path = "\(place)/\(UploadRecords.header)"
            _ = rows.update(
                path,
                ["path": path, "group": Self.group(row["user"], row["joined"]), "result": id, "input": row["input"]])
        }
        try AtomicFile.writePrivately(Data(rows.table.text.utf8), to: file)
        return (content.traces.count, removed.count)
    }

    static func group(_ user: Int64, _ joined: Int64) -> String {
        "account-" + Digest(of: "group \(user) \(joined)").description.prefix(12)
    }

    private func existingRows(_ manifest: String, folder: String) throws -> ManifestRows {
        guard FileManager.default.fileExists(atPath: manifest) else {
            let content = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            guard content.isEmpty else { throw FeedbackExportError.notADataset(folder: folder) }
            return ManifestRows(header: Self.header)
        }
        let bytes = try FileContent.bytes(of: manifest, limit: 1 << 30)
        guard !FrozenManifest.isMarked(bytes) else { throw FeedbackExportError.frozen(manifest: manifest) }
        return ManifestRows(try CSVTable(parsing: bytes, name: manifest), adding: Self.header)
    }

    // MARK: - The database

    private func content() throws -> Content {
        try ServerDatabase.read(database) { database in
            let corrections = try Row.fetchAll(database, sql: Self.corrections).map(Self.correction)
            let traces =
                try database.tableExists("uploads")
                ? try Row.fetchAll(
                    database, sql: Self.traces,
                    arguments: [UploadRecords.corrections, UploadRecords.header, UploadRecords.signals]) : []
            let recordings =
                try database.tableExists("uploads")
                ? try Row.fetchAll(database, sql: RecordingExport.rows) : []
            let accounts = try Row.fetchAll(database, sql: "SELECT id, created FROM users WHERE training = 1")
            let results = try String.fetchSet(
                database, sql: "SELECT r.id FROM results r JOIN users u ON u.id = r.user WHERE u.training = 1")
            return Content(
                // Two accounts with the same picture have the same id. The newest correction counts.
                corrections: Dictionary(corrections.map { ($0.id, $0) }) { $1 }.values.sorted { $0.id < $1.id },
                traces: traces, recordings: recordings,
                groups: Set(accounts.map { Self.group($0["id"], $0["created"]) }), results: results)
        }
    }

    private static let corrections = """
        SELECT r.id, r.user, u.created AS joined, r.decision, r.model, r.input, f.labels, f.clinician, f.created, i.png
        FROM feedback f JOIN results r ON r.number = f.result JOIN users u ON u.id = r.user
        LEFT JOIN images i ON i.result = r.number
        WHERE u.training = 1 AND f.labels <> '' AND json_type(r.answer, '$.decision') IS NOT NULL
            AND f.id = (SELECT max(id) FROM feedback WHERE result = f.result AND labels <> '')
        ORDER BY r.id, f.id
        """

    private static let traces = """
        SELECT r.id, r.user, u.created AS joined, r.input, c.content AS corrections, h.content AS header,
            s.content AS signals
        FROM results r JOIN users u ON u.id = r.user
        JOIN uploads c ON c.result = r.number AND c.name = ?
        JOIN uploads h ON h.result = r.number AND h.name = ?
        JOIN uploads s ON s.result = r.number AND s.name = ?
        WHERE u.training = 1 AND length(c.content) > 2 ORDER BY r.id
        """

    private static func correction(_ row: Row) -> Correction {
        let clinician: Int64? = row["clinician"]
        return Correction(
            id: row["id"], labels: (row["labels"] as String).split(separator: "|").map(String.init),
            group: group(row["user"], row["joined"]), png: row["png"],
            columns: [
                "result": row["id"], "original": row["decision"], "clinician": clinician.map { "\($0)" } ?? "",
                "corrected": Date(wholeSeconds: row["created"]).ISO8601Format(), "model": row["model"],
                "input": row["input"],
            ])
    }
}

/// A reason why corrections cannot be exported.
public enum FeedbackExportError: Error, Equatable {
    case frozen(manifest: String)
    case notADataset(folder: String)
    case unknownLabel(result: String, code: String, space: String, known: [String])
}

extension FeedbackExportError: LocalizedError, CustomStringConvertible {
    public var description: String {
        switch self {
        case .frozen(let manifest):
            "\(manifest): this data set is marked as frozen, so that results measured on it stay comparable. Nothing was "
                + "changed, and withdrawn pictures stay in it. Choose another folder for the corrections."
        case .notADataset(let folder):
            "\(folder): the folder has files but no manifest.csv. Choose a new folder, or a data set with a manifest."
        case .unknownLabel(let result, let code, let space, let known):
            "Result \(result) was corrected to '\(code)', which is not a label of the label space \(space). Known labels: "
                + "\(known.joined(separator: ", ")). Name the label space of the model with --labels."
        }
    }

    public var errorDescription: String? { description }
}
