import Datasets
import Files
import Foundation
import GRDB
import Storage

/// Writes clinicians' corrections as a data set for the next training.
///
/// Exports only stored pictures of accounts that allow training. The pictures of one account form one group, so that no
/// split separates a patient's pictures. The group's name does not identify the account.
public struct FeedbackExport {
    public struct Outcome: Equatable, Sendable {
        /// The number of rows that were added or changed.
        public let corrections: Int
        /// The number of corrected results without a stored picture.
        public let withoutPicture: Int
        /// The number of recordings with traces that a person has corrected.
        public var traces = 0
    }

    let database: String

    /// - Parameter database: The database file. It is only read.
    public init(database: String) { self.database = database }

    private struct Correction {
        let id: String
        let labels: [String]
        let group: String
        let png: Data?
        let columns: [String: String]
    }

    static let header = ["path", "labels", "group", "result", "original", "clinician", "corrected", "model", "input"]

    /// Adds the newest correction of each result to the data set in `folder`, or creates the data set.
    ///
    /// - Parameter labels: The file of the label space; nil for that of the data set, or else the standard one.
    /// - Throws: `FeedbackExportError`, `LabelSpaceError`, `CSVError`, `FileError`, `StorageError`. The manifest is unchanged
    ///   then.
    public func write(to folder: String, labels: String? = nil) throws -> Outcome {
        let manifest = "\(folder)/manifest.csv"
        let existing = try existingRows(manifest, folder: folder)
        let spaceFile = "\(folder)/labels.yaml"
        let hasSpace = access(spaceFile, R_OK) == 0
        let space =
            try labels.map { try LabelSpace(contentsOf: $0) }
            ?? (hasSpace ? try LabelSpace(contentsOf: spaceFile) : .aami)
        let corrections = try corrections()
        for correction in corrections {
            if let unknown = correction.labels.first(where: { space.index(ofCode: $0) == nil }) {
                throw FeedbackExportError.unknownLabel(
                    result: correction.id, code: unknown, space: space.fingerprint, known: space.codes)
            }
        }
        try AtomicFile.makeFolder("\(folder)/pictures")
        var rows = existing
        var written = 0
        for correction in corrections {
            guard let png = correction.png else { continue }
            let path = "pictures/\(correction.id).png"
            var columns = correction.columns
            columns["path"] = path
            columns["labels"] = correction.labels.joined(separator: "|")
            columns["group"] = correction.group
            if rows.update(path, columns) { written += 1 }
            try AtomicFile.write(png, to: "\(folder)/\(path)")
        }
        if !hasSpace || labels != nil { try AtomicFile.write(space.yaml, to: spaceFile) }
        try rows.table.write(to: manifest)
        return Outcome(
            corrections: written, withoutPicture: corrections.count { $0.png == nil },
            traces: try writeTraces(to: folder))
    }

    /// Writes the corrected recordings of uploads as WFDB records, each in a folder of `traces`, and a table of them.
    private func writeTraces(to folder: String) throws -> Int {
        let rows = try ServerDatabase.read(database) { database -> [Row] in
            guard try database.tableExists("uploads") else { return [] }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT r.id, r.user, u.created AS joined, r.input, c.content AS corrections, h.content AS header,
                        s.content AS signals
                    FROM results r JOIN users u ON u.id = r.user
                    JOIN uploads c ON c.result = r.number AND c.name = ?
                    JOIN uploads h ON h.result = r.number AND h.name = ?
                    JOIN uploads s ON s.result = r.number AND s.name = ?
                    WHERE u.training = 1 AND length(c.content) > 2 ORDER BY r.id
                    """, arguments: [UploadRecords.corrections, UploadRecords.header, UploadRecords.signals])
        }
        guard !rows.isEmpty else { return 0 }
        var lines = [CSVTable.line(of: ["path", "group", "result", "input"])]
        for row in rows {
            let id: String = row["id"]
            let place = "traces/\(id)"
            try AtomicFile.makeFolder("\(folder)/\(place)")
            for (name, column) in [
                (UploadRecords.signals, "signals"), (UploadRecords.header, "header"),
                (UploadRecords.corrections, "corrections"),
            ] {
                try AtomicFile.write(row[column] as Data, to: "\(folder)/\(place)/\(name)")
            }
            lines.append(
                CSVTable.line(
                    of: [
                        "\(place)/\(UploadRecords.header)", Self.group(row["user"], row["joined"]), id, row["input"],
                    ]))
        }
        try AtomicFile.write(lines.joined(separator: "\n") + "\n", to: "\(folder)/traces.csv")
        return rows.count
    }

    private static func group(_ user: Int64, _ joined: Int64) -> String {
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

    private func corrections() throws -> [Correction] {
        let rows = try ServerDatabase.read(database) { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT r.id, r.user, u.created AS joined, r.decision, r.model, r.input, f.labels, f.clinician, f.created, i.png
                    FROM feedback f JOIN results r ON r.number = f.result JOIN users u ON u.id = r.user
                    LEFT JOIN images i ON i.result = r.number
                    WHERE u.training = 1 AND f.id = (SELECT max(id) FROM feedback WHERE result = f.result)
                    ORDER BY r.id, f.id
                    """)
        }
        return rows.map { row in
            let (user, joined): (Int64, Int64) = (row["user"], row["joined"])
            let clinician: Int64? = row["clinician"]
            return Correction(
                id: row["id"], labels: (row["labels"] as String).split(separator: "|").map(String.init),
                group: Self.group(user, joined), png: row["png"],
                columns: [
                    "result": row["id"], "original": row["decision"], "clinician": clinician.map { "\($0)" } ?? "",
                    "corrected": Date(wholeSeconds: row["created"]).ISO8601Format(), "model": row["model"],
                    "input": row["input"],
                ])
        }
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
                + "changed. Choose another folder for the corrections."
        case .notADataset(let folder):
            "\(folder): the folder has files but no manifest.csv. Choose a new folder, or a data set with a manifest."
        case .unknownLabel(let result, let code, let space, let known):
            "Result \(result) was corrected to '\(code)', which is not a label of the label space \(space). Known labels: "
                + "\(known.joined(separator: ", ")). Name the label space of the model with --labels."
        }
    }

    public var errorDescription: String? { description }
}
