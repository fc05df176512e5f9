import APIErrors
import Foundation
import GRDB
import Inference
import Storage

/// The results that a clinician may review: the clinician's own, and those of accounts that allow training with their
/// pictures and recordings.
///
/// A result of an upload is reviewed by the labels of its first prediction. An upload without predictions is left out.
package struct ReviewQueue: Sendable {
    package struct Entry: Sendable {
        /// The row of the result. Results of two accounts have the same id if model and picture are the same.
        package let row: Int64
        /// The id of the result: that of the prediction or of the upload.
        package let id: String
        package let prediction: Prediction
        package let priority: Double
        package let created: Date
        /// The stored picture; nil if none was kept.
        package let picture: Data?
        /// The redrawn ECG of an upload as SVG; nil for a picture of a beat.
        package let drawing: Data?
        /// Whether a person has corrected the traces of an upload.
        package let isCorrected: Bool
    }

    /// A clinician's review of a result.
    package struct Review: Sendable {
        package let number: Int64
        package let row: Int64
        /// The codes of the findings; none if the clinician could not judge.
        package let labels: [String]
        package let prediction: Prediction
    }

    /// The number of new results that one query ranks at most.
    private static let newResults = 1000

    /// A condition on `results r JOIN users u`, with the clinician as `:clinician`.
    private static let visible = "(r.user = :clinician OR u.training = 1)"

    /// A condition on `results r` for those without findings, and that the clinician has not left undecided.
    private static let open = """
        NOT EXISTS (SELECT 1 FROM feedback f WHERE f.result = r.number AND (f.labels <> '' OR f.clinician = :clinician))
        """

    let storage: ServerDatabase

    package init(storage: ServerDatabase) { self.storage = storage }

    /// Returns results without findings, the highest priority first.
    ///
    /// - Parameter row: The row after which to continue, for results that a clinician skips.
    package func next(for clinician: Int64, count: Int, after row: Int64? = nil) async throws -> [Entry] {
        try await rank()
        return try await storage.read { database in
            try Self.entries(
                database,
                where: """
                    v.priority >= 0 AND \(Self.open) AND coalesce(
                        (SELECT v.priority < p.priority OR (v.priority = p.priority AND r.number > p.result)
                            FROM reviews p WHERE p.result = :row), TRUE)
                    ORDER BY v.priority DESC, r.number LIMIT :count
                    """, ["clinician": clinician, "count": count, "row": row])
        }
    }

    /// Returns one result, also one with a review.
    ///
    /// - Throws: `APIError` with `unknownResult` if the clinician has no access to it.
    package func entry(row: Int64, for clinician: Int64) async throws -> Entry {
        let found = try await storage.read { database in
            try Self.entries(
                database, where: "v.priority >= 0 AND r.number = :row", ["clinician": clinician, "row": row]
            ).first
        }
        guard let found else { throw Self.unknown }
        return found
    }

    /// Returns the number of results that wait for the clinician.
    package func count(for clinician: Int64) async throws -> Int {
        try await rank()
        return try await storage.read { database in
            try Int.fetchOne(
                database,
                sql: """
                    SELECT count(*) FROM reviews v JOIN results r ON r.number = v.result JOIN users u ON u.id = r.user
                    WHERE v.priority >= 0 AND \(Self.visible) AND \(Self.open)
                    """, arguments: ["clinician": clinician]) ?? 0
        }
    }

    private static func entries(
        _ database: Database, where condition: String, _ arguments: StatementArguments
    ) throws -> [Entry] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT r.number, r.id, r.answer, r.created, v.priority, i.png, d.content AS drawing,
                    length(c.content) > 2 AS corrected
                FROM reviews v JOIN results r ON r.number = v.result JOIN users u ON u.id = r.user
                LEFT JOIN images i ON i.result = r.number
                LEFT JOIN uploads d ON d.result = r.number AND d.name = '\(UploadRecords.drawing)'
                LEFT JOIN uploads c ON c.result = r.number AND c.name = '\(UploadRecords.corrections)'
                WHERE \(visible) AND \(condition)
                """, arguments: arguments)
        return try rows.compactMap { row in
            try Self.prediction(row["answer"]).map { prediction in
                Entry(
                    row: row["number"], id: row["id"], prediction: prediction, priority: row["priority"],
                    created: Date(wholeSeconds: row["created"]), picture: row["png"], drawing: row["drawing"],
                    isCorrected: row["corrected"] ?? false)
            }
        }
    }

    private static let unknown = APIError(.unknownResult, "You have no access to a result with this id.")

    /// The JSON of an upload, with the part that a review needs.
    private struct Upload: Decodable { let predictions: [Prediction] }

    /// Returns the prediction of a stored answer, of an upload the first one; nil for an upload without predictions.
    static func prediction(_ answer: String) throws -> Prediction? {
        if let upload = try? JSONDecoder().decode(Upload.self, from: Data(answer.utf8)) {
            return upload.predictions.first
        }
        return try Prediction(stored: answer)
    }

    /// Computes the priority of new results. That of an upload without predictions is negative. A corrected upload gets 1
    /// more, because a user saw that the reading was wrong.
    private func rank() async throws {
        let ranked = try await storage.read { database in
            let new = try Row.fetchAll(
                database,
                sql: """
                    SELECT number, answer,
                        EXISTS (SELECT 1 FROM uploads c WHERE c.result = number AND c.name = '\(UploadRecords.corrections)'
                            AND length(c.content) > 2) AS corrected
                    FROM results r WHERE user IS NOT NULL
                        AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.result = r.number)
                    ORDER BY number LIMIT ?
                    """, arguments: [Self.newResults])
            return new.map { row -> (Int64, Double) in
                // An answer that this version cannot read does not keep the others from the review.
                let prediction = (try? Self.prediction(row["answer"])) ?? nil
                return (row["number"], prediction.map { $0.reviewPriority + (row["corrected"] ? 1 : 0) } ?? -1)
            }
        }
        guard !ranked.isEmpty else { return }
        try await storage.write { database in
            for (result, priority) in ranked {
                // A result that was deleted meanwhile gets no priority.
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO reviews (result, priority) SELECT number, ? FROM results WHERE number = ?
                        """, arguments: [priority, result])
            }
        }
    }

    /// Records a clinician's review of a result: the correct labels, which may be those of the model.
    ///
    /// - Parameters:
    ///   - labels: The codes; none if the clinician cannot judge the result.
    ///   - id: The id of the result.
    ///   - row: The row of the result; nil for the first row with this id. Rows without feedback come first, then those of
    ///     the clinician.
    /// - Returns: The number of the review.
    /// - Throws: `APIError` with `unknownResult` if the result does not exist or is not visible to the clinician, and with
    ///   `invalidField` if the result lacks one of the labels.
    @discardableResult package func record(
        _ labels: [String], note: String, of id: String, row: Int64? = nil, by clinician: Int64,
        cannotJudge: Bool = false, now: Date = Date()
    ) async throws -> Int64 {
        let found = try await storage.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT r.number, r.answer FROM results r JOIN users u ON u.id = r.user
                    WHERE r.id = :id AND coalesce(r.number = :row, TRUE) AND \(Self.visible)
                    ORDER BY EXISTS (SELECT 1 FROM feedback f WHERE f.result = r.number), r.user = :clinician DESC,
                        r.number LIMIT 1
                    """, arguments: ["id": id, "row": row, "clinician": clinician]
            ).map { (number: $0["number"] as Int64, answer: $0["answer"] as String) }
        }
        guard let found, let prediction = try Self.prediction(found.answer) else { throw Self.unknown }
        let known = prediction.labels.map(\.code)
        guard labels.isEmpty == cannotJudge, Set(labels).count == labels.count, labels.allSatisfy(known.contains) else {
            throw APIError(
                .invalidField,
                cannotJudge
                    ? "Select no finding if you cannot judge the result."
                    : "Select at least one finding: labels must be one or more of \(known.joined(separator: ", ")), "
                        + "each once.")
        }
        let scores = Dictionary(uniqueKeysWithValues: prediction.labels.map { ($0.code, $0.score) })
        let encoded = String(decoding: try JSONBody.data(scores), as: UTF8.self)
        return try await storage.write { database in
            try database.execute(
                sql: """
                    INSERT INTO feedback (result, clinician, labels, note, scores, model, created)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    found.number, clinician, known.filter(labels.contains).joined(separator: "|"), note, encoded,
                    prediction.model.sha256, now.wholeSeconds,
                ])
            return database.lastInsertedRowID
        }
    }

    /// Returns a review of the clinician; nil if it does not exist.
    package func review(_ number: Int64, by clinician: Int64) async throws -> Review? {
        try await storage.read { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT f.result, f.labels, r.answer FROM feedback f JOIN results r ON r.number = f.result
                    WHERE f.id = ? AND f.clinician = ?
                    """, arguments: [number, clinician])
            guard let row, let prediction = try Self.prediction(row["answer"]) else { return nil }
            return Review(
                number: number, row: row["result"],
                labels: (row["labels"] as String).split(separator: "|").map(String.init), prediction: prediction)
        }
    }

    /// Deletes a review of the clinician.
    ///
    /// - Returns: The row of the result.
    /// - Throws: `APIError` with `unknownResult` if the clinician has no such review.
    package func undo(_ number: Int64, by clinician: Int64) async throws -> Int64 {
        let row = try await storage.write { database in
            try Int64.fetchOne(
                database, sql: "DELETE FROM feedback WHERE id = ? AND clinician = ? RETURNING result",
                arguments: [number, clinician])
        }
        guard let row else { throw APIError(.unknownResult, "You have no review with this number.") }
        return row
    }
}

extension Prediction {
    /// The value of a review, 0…3. Uncertain results come first, then results with uncertain scores and with classifiers
    /// that disagree.
    ///
    /// It is 1 if uncertain, plus the largest binary entropy of a score (bits), plus the largest difference between the
    /// votes of two members for one label.
    var reviewPriority: Double {
        let entropy = labels.map { Self.binaryEntropy($0.score) }.max() ?? 0
        let distance = labels.map { ($0.votes.values.max() ?? 0) - ($0.votes.values.min() ?? 0) }.max() ?? 0
        return (uncertain ? 1 : 0) + entropy + distance
    }

    static func binaryEntropy(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return 0 }
        return -p * log2(p) - (1 - p) * log2(1 - p)
    }
}
