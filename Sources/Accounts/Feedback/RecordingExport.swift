import Datasets
import Files
import Foundation
import GRDB
import Inference
import Storage

/// The part of an export with the recordings that clinicians have reviewed: a data set of its own, in the folder
/// `recordings`, with the label space of their model.
///
/// Each recording is a WFDB record with the corrections of its traces.
struct RecordingExport {
    static let folder = "recordings"

    /// A reviewed recording of an account that allows training, with its newest findings.
    static let rows = """
        SELECT r.id, r.user, u.created AS joined, r.answer, r.decision, r.model, r.input, f.labels, f.clinician, f.created,
            h.content AS header, s.content AS signals
        FROM feedback f JOIN results r ON r.number = f.result JOIN users u ON u.id = r.user
        JOIN uploads h ON h.result = r.number AND h.name = '\(UploadRecords.header)'
        JOIN uploads s ON s.result = r.number AND s.name = '\(UploadRecords.signals)'
        WHERE u.training = 1 AND f.labels <> ''
            AND f.id = (SELECT max(id) FROM feedback WHERE result = f.result AND labels <> '')
        ORDER BY r.id
        """

    let content: FeedbackExport.Content

    /// Writes the data set, and removes what was withdrawn.
    ///
    /// - Parameter target: The folder of the whole export.
    /// - Throws: As `FeedbackExport.write`.
    func write(to target: String) throws -> (written: Int, removed: Int) {
        let folder = "\(target)/\(Self.folder)"
        let manifest = "\(folder)/manifest.csv"
        let isNew = access(manifest, F_OK) != 0
        guard !content.recordings.isEmpty || !isNew else { return (0, 0) }
        let spaceFile = "\(folder)/labels.yaml"
        let space = try access(spaceFile, R_OK) == 0 ? LabelSpace(contentsOf: spaceFile) : newSpace()
        for row in content.recordings {
            if let unknown = Self.labels(row).first(where: { space?.index(ofCode: $0) == nil }) {
                throw FeedbackExportError.unknownLabel(
                    result: row["id"], code: unknown, space: space?.fingerprint ?? "", known: space?.codes ?? [])
            }
        }
        var rows = ManifestRows(header: FeedbackExport.header)
        if !isNew {
            let bytes = try FileContent.bytes(of: manifest, limit: 1 << 30)
            guard !FrozenManifest.isMarked(bytes) else { throw FeedbackExportError.frozen(manifest: manifest) }
            rows = ManifestRows(try CSVTable(parsing: bytes, name: manifest), adding: FeedbackExport.header)
        }
        try AtomicFile.makePrivateFolder(folder)
        let reviewed = Set(content.recordings.map { $0["id"] as String })
        let removed = rows.remove { Self.isOwn($0) && content.isStale($0, corrected: reviewed) }
        for id in removed.compactMap({ $0["result"] }) where access("\(folder)/\(id)", F_OK) == 0 {
            do { try FileManager.default.removeItem(atPath: "\(folder)/\(id)") } catch {
                throw FileError.cannotWrite(path: "\(folder)/\(id)", reason: error.localizedDescription)
            }
        }
        var written = 0
        for row in content.recordings {
            let id: String = row["id"]
            try AtomicFile.makePrivateFolder("\(folder)/\(id)")
            for (name, column) in [(UploadRecords.signals, "signals"), (UploadRecords.header, "header")] {
                try AtomicFile.writePrivately(row[column] as Data, to: "\(folder)/\(id)/\(name)")
            }
            let clinician: Int64? = row["clinician"]
            let path = Self.path(ofRecording: id)
            let columns: [String: String] = [
                "path": path, "labels": Self.labels(row).joined(separator: "|"),
                "group": FeedbackExport.group(row["user"], row["joined"]), "result": id, "original": row["decision"],
                "clinician": clinician.map { "\($0)" } ?? "",
                "corrected": Date(wholeSeconds: row["created"]).ISO8601Format(), "model": row["model"],
                "input": row["input"],
            ]
            if rows.update(path, columns) { written += 1 }
        }
        if let space { try AtomicFile.writePrivately(Data(space.yaml.utf8), to: spaceFile) }
        try AtomicFile.writePrivately(Data(rows.table.text.utf8), to: manifest)
        return (written, removed.count)
    }

    private static func labels(_ row: Row) -> [String] {
        (row["labels"] as String).split(separator: "|").map(String.init)
    }

    private static func path(ofRecording id: String) -> String { "\(id)/\(UploadRecords.header)" }

    /// Whether an export has written a row of the manifest.
    private static func isOwn(_ row: [String: String]) -> Bool {
        guard let result = row["result"], !result.isEmpty, !result.contains("/"), !result.hasPrefix(".") else {
            return false
        }
        return row["path"] == path(ofRecording: result)
    }

    /// Returns the label space of the first recording's model, from its stored prediction.
    private func newSpace() throws -> LabelSpace? {
        guard let answer = content.recordings.first.map({ $0["answer"] as String }),
            let prediction = try ReviewQueue.prediction(answer)
        else { return nil }
        let parts = prediction.model.labelSpace.split(separator: " ")
        guard !prediction.labels.isEmpty else { return nil }
        return LabelSpace(
            name: parts.dropLast().joined(separator: " "), version: parts.last.flatMap { Int($0) } ?? 1,
            labels: prediction.labels.compactMap { label in
                Condition(rawValue: label.condition).map {
                    LabelSpace.Label(
                        code: label.code, name: label.name, condition: $0, explanation: label.explanation,
                        link: label.link, standsFor: "\(label.name ?? label.condition), found by a clinician")
                }
            })
    }
}
