import APIErrors
import Foundation
import GRDB
import Inference
import Storage

/// The uploads of accounts: results with the files from which they can be analyzed again. They are deleted with their
/// results.
package struct UploadRecords: Sendable {
    let storage: ServerDatabase

    /// The names of the files of an upload for data sets: the list of corrections, and the recording with them as a WFDB
    /// record named `recording`.
    package static let corrections = "corrections.json"
    /// The name of the redrawn ECG.
    package static let drawing = "ecg.svg"
    package static let header = "recording.hea"
    package static let signals = "recording.dat"

    package init(storage: ServerDatabase) { self.storage = storage }

    /// A result in the columns of the table `results`.
    package struct Entry: Sendable {
        let id: String
        let file: String
        let prediction: Prediction?
        let input: String

        /// - Parameters:
        ///   - prediction: the first one; nil without a model.
        ///   - input: the digest of the files.
        package init(id: String, file: String, prediction: Prediction?, input: String) {
            (self.id, self.file, self.prediction, self.input) = (id, file, prediction, input)
        }
    }

    /// Stores a new result with its files, or replaces its answer and these files.
    ///
    /// - Parameter answer: the JSON of the response.
    package func put(
        _ entry: Entry, answer: String, files: [String: Data], for user: Int64, now: Date = Date()
    ) async throws {
        try await storage.write { database in
            let number = try Int64.fetchOne(
                database,
                sql: """
                    INSERT INTO results (id, user, file, decision, uncertain, answer, model, preprocessing, label_space,
                        input, created)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (user, id) DO UPDATE SET decision = excluded.decision, uncertain = excluded.uncertain,
                        answer = excluded.answer
                    RETURNING number
                    """,
                arguments: [
                    entry.id, user, entry.file, entry.prediction?.decision.joined(separator: "|") ?? "",
                    entry.prediction?.uncertain ?? false, answer, entry.prediction?.model.sha256 ?? "",
                    entry.prediction?.model.preprocessing ?? "", entry.prediction?.model.labelSpace ?? "", entry.input,
                    now.wholeSeconds,
                ])
            // The correction changes the rank in the review.
            try database.execute(sql: "DELETE FROM reviews WHERE result = ?", arguments: [number])
            for (name, content) in files {
                try database.execute(
                    sql: """
                        INSERT INTO uploads (result, name, content) VALUES (?, ?, ?)
                        ON CONFLICT (result, name) DO UPDATE SET content = excluded.content
                        """, arguments: [number, name, content])
            }
        }
    }

    /// Returns a file of an account's result; nil if there is none.
    package func file(_ name: String, id: String, of user: Int64) async throws -> Data? {
        try await storage.read { database in
            try Data.fetchOne(
                database,
                sql: """
                    SELECT content FROM uploads JOIN results ON results.number = uploads.result
                    WHERE results.user = ? AND results.id = ? AND uploads.name = ?
                    """, arguments: [user, id, name])
        }
    }
}
