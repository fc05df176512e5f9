import APIErrors
import Accounts
import Files
import Foundation
import GRDB
import Imaging
import Inference
import Storage

/// The stored results of accounts.
package struct ResultStore: Sendable {
    let storage: ServerDatabase
    let limits: Page.Limits
    /// Whether the pictures are stored too.
    package let keepsPictures: Bool

    /// One entry of a history.
    package struct Entry: Sendable, Encodable {
        package let id: String
        package let file: String
        let decision: [String]
        /// The decided labels for users: condition and code.
        package let conditions: [String]
        package let uncertain: Bool
        let model: String
        package let created: String
        let labelSpace: String
        /// The first finding of rhythm; nil for a picture of a beat.
        package let rhythm: String?
        /// The address of the drawing; nil for a picture of a beat.
        package let drawing: String?

        enum CodingKeys: String, CodingKey {
            case id, file, decision, uncertain, model, created
            case labelSpace = "label_space"
            case rhythm = "rhythm_classification"
            case drawing = "ecg_image_url"
        }

        package func encode(to encoder: any Encoder) throws {
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(id, forKey: .id)
            try values.encode(file, forKey: .file)
            try values.encode(decision, forKey: .decision)
            try values.encode(uncertain, forKey: .uncertain)
            try values.encode(model, forKey: .model)
            try values.encode(created, forKey: .created)
            try values.encode(labelSpace, forKey: .labelSpace)
            try values.encode(rhythm, forKey: .rhythm)
            try values.encode(drawing, forKey: .drawing)
        }
    }

    /// The position of the last entry on a page of a history.
    package struct Place: Equatable, Sendable {
        let created: Int64
        let number: Int64

        package init(created: Int64, number: Int64) { (self.created, self.number) = (created, number) }

        /// Parses `text`; nil for other strings.
        package init?(_ text: String) {
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, parts.allSatisfy({ $0.wholeMatch(of: /[0-9]{1,18}/) != nil }),
                let created = Int64(parts[0]), let number = Int64(parts[1])
            else { return nil }
            self.init(created: created, number: number)
        }

        package var text: String { "\(created)-\(number)" }
    }

    package init(storage: ServerDatabase, limits: Page.Limits, keepsPictures: Bool) {
        (self.storage, self.limits, self.keepsPictures) = (storage, limits, keepsPictures)
    }

    /// Stores predictions, all or none. A repeated prediction for the same picture replaces the older one.
    ///
    /// - Parameter answered: The original files and their predictions.
    package func keep(
        _ answered: [(picture: Data, prediction: Prediction)], for user: Int64, now: Date = Date()
    ) async throws {
        guard !answered.isEmpty else { return }
        let rows = try await Self.onAnotherThread { try answered.map(row) }
        try await storage.write { database in
            for row in rows {
                let number = try Int64.fetchOne(
                    database,
                    sql: """
                        INSERT INTO results (id, user, file, decision, uncertain, answer, model, preprocessing, label_space,
                            input, created)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (user, id) DO UPDATE SET created = excluded.created, file = excluded.file,
                            answer = excluded.answer
                        RETURNING number
                        """,
                    arguments: [
                        row.prediction.id, user, row.prediction.file, row.prediction.decision.joined(separator: "|"),
                        row.prediction.uncertain, row.answer, row.prediction.model.sha256,
                        row.prediction.model.preprocessing, row.prediction.model.labelSpace, row.input,
                        now.wholeSeconds,
                    ])
                guard let png = row.png else { continue }
                try database.execute(
                    sql: "INSERT OR REPLACE INTO images (result, png, created) VALUES (?, ?, ?)",
                    arguments: [number, png, now.wholeSeconds])
            }
        }
    }

    private struct NewRow: Sendable {
        let prediction: Prediction
        let answer: String
        let input: String
        let png: Data?
    }

    private func row(_ picture: Data, _ prediction: Prediction) throws -> NewRow {
        let prediction = prediction.withoutSaliency
        // Only the pixels are stored, without metadata and other content of the file.
        let png = keepsPictures ? try Page(decoding: picture, name: prediction.id, limits: limits).pngData() : nil
        return NewRow(
            prediction: prediction, answer: try prediction.jsonLine(), input: Digest(of: picture).description,
            png: png)
    }

    /// Returns a page of the history, the newest first.
    ///
    /// - Parameter place: The end of the previous page.
    /// - Returns: At most `count` entries, and the end of the page if there are more.
    package func history(of user: Int64, after place: Place?, count: Int) async throws -> (
        entries: [Entry], next: Place?
    ) {
        let rows = try await storage.read { database in
            // A row value, so that SQLite uses the index.
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, id, file, decision, uncertain, model, label_space, created,
                        json_extract(answer, '$.rhythm_classification') AS rhythm,
                        json_extract(answer, '$.ecg_image_url') AS drawing,
                        (SELECT json_group_array(
                            coalesce(json_extract(value, '$.name'), json_extract(value, '$.condition'))
                            || ' (' || json_extract(value, '$.code') || ')')
                        FROM json_each(answer, '$.labels') WHERE json_extract(value, '$.decided')) AS conditions
                    FROM results WHERE user = ? AND (created, number) < (?, ?) ORDER BY created DESC, number DESC LIMIT ?
                    """, arguments: [user, place?.created ?? .max, place?.number ?? .max, count + 1]
            ).map { (entry: Entry($0), place: Place(created: $0["created"], number: $0["number"])) }
        }
        let shown = rows.prefix(count)
        return (shown.map(\.entry), rows.count > count ? shown.last?.place : nil)
    }

    /// Returns the stored response.
    ///
    /// - Throws: `APIError` with `unknownResult` if the account does not have the result.
    package func answer(_ id: String, of user: Int64) async throws -> String {
        let answer = try await storage.read {
            try String.fetchOne(
                $0, sql: "SELECT answer FROM results WHERE user = ? AND id = ?", arguments: [user, id])
        }
        guard let answer else { throw APIError(.unknownResult) }
        return answer
    }

    /// Returns the stored prediction for a picture, with its time and its picture, if it is kept.
    ///
    /// - Throws: `APIError` with `unknownResult` if the account does not have the result.
    package func found(
        _ id: String, of user: Int64
    ) async throws -> (prediction: Prediction, created: Date, picture: Data?) {
        let found = try await storage.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT r.answer, r.created, i.png FROM results r LEFT JOIN images i ON i.result = r.number
                    WHERE r.user = ? AND r.id = ?
                    """, arguments: [user, id]
            ).map { (answer: $0["answer"] as String, created: $0["created"] as Int64, picture: $0["png"] as Data?) }
        }
        guard let found else { throw APIError(.unknownResult) }
        return (
            try Prediction(stored: found.answer), Date(wholeSeconds: found.created), found.picture
        )
    }

    private static func onAnotherThread<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async { continuation.resume(with: Result(catching: body)) }
        }
    }
}

extension ResultStore.Entry {
    init(_ row: Row) {
        id = row["id"]
        file = row["file"]
        decision = (row["decision"] as String).split(separator: "|").map(String.init)
        conditions =
            (try? JSONDecoder().decode([String].self, from: Data((row["conditions"] as String).utf8))) ?? decision
        uncertain = row["uncertain"]
        model = row["model"]
        created = Date(wholeSeconds: row["created"]).ISO8601Format()
        labelSpace = row["label_space"]
        (rhythm, drawing) = (row["rhythm"], row["drawing"])
    }
}

extension Prediction {
    /// Decodes a response from the table `results`: the JSON that was sent. Its numbers read back to the same bits.
    package init(stored answer: String) throws {
        self = try JSONDecoder().decode(Prediction.self, from: Data(answer.utf8))
    }
}
