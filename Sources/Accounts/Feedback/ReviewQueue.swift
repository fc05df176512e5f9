import APIErrors
import Accounts
import Foundation
import GRDB
import Inference
import Storage

/// The results that a clinician may review: the clinician's own, and those of accounts that allow training with their
/// pictures.
package struct ReviewQueue: Sendable {
    package struct Entry: Sendable {
        /// The row of the result. Results of two accounts have the same id if model and picture are the same.
        package let row: Int64
        package let prediction: Prediction
        package let priority: Double
        package let created: Date
        /// The stored picture; nil if none was kept.
        package let picture: Data?
    }

    /// The number of new results that one query ranks at most.
    private static let newResults = 1000

    /// A condition on `results r JOIN users u`, with the clinician as `:clinician`.
    private static let visible = "(r.user = :clinician OR u.training = 1)"

    let storage: ServerDatabase

    package init(storage: ServerDatabase) { self.storage = storage }

    /// Returns results without feedback, the highest priority first.
    package func next(for clinician: Int64, count: Int) async throws -> [Entry] {
        try await rank()
        return try await storage.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT r.number, r.answer, r.created, v.priority, i.png FROM reviews v
                    JOIN results r ON r.number = v.result JOIN users u ON u.id = r.user
                    LEFT JOIN images i ON i.result = r.number
                    WHERE \(Self.visible) AND NOT EXISTS (SELECT 1 FROM feedback f WHERE f.result = r.number)
                    ORDER BY v.priority DESC, r.number LIMIT :count
                    """, arguments: ["clinician": clinician, "count": count])
            return try rows.map { row in
                Entry(
                    row: row["number"], prediction: try Prediction(stored: row["answer"]), priority: row["priority"],
                    created: Date(wholeSeconds: row["created"]), picture: row["png"])
            }
        }
    }

    /// Computes the priority of new results.
    private func rank() async throws {
        let ranked = try await storage.read { database in
            let new = try Row.fetchAll(
                database,
                sql: """
                    SELECT number, answer FROM results r WHERE user IS NOT NULL
                        AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.result = r.number)
                        AND NOT EXISTS (SELECT 1 FROM uploads p WHERE p.result = r.number)
                    ORDER BY number LIMIT ?
                    """, arguments: [Self.newResults])
            return try new.map { row -> (Int64, Double) in
                (row["number"], try Prediction(stored: row["answer"]).reviewPriority)
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
    ///   - id: The id of the result.
    ///   - row: The row of the result; nil for the first row with this id. Rows without feedback come first, then those of
    ///     the clinician.
    /// - Throws: `APIError` with `unknownResult` if the result does not exist or is not visible to the clinician, and with
    ///   `invalidField` if the result lacks one of the labels.
    package func record(
        _ labels: [String], note: String, of id: String, row: Int64? = nil, by clinician: Int64, now: Date = Date()
    ) async throws {
        let found = try await storage.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT r.number, r.answer FROM results r JOIN users u ON u.id = r.user
                    WHERE r.id = :id AND coalesce(r.number = :row, TRUE) AND \(Self.visible)
                        AND r.number NOT IN (SELECT result FROM uploads)
                    ORDER BY EXISTS (SELECT 1 FROM feedback f WHERE f.result = r.number), r.user = :clinician DESC,
                        r.number LIMIT 1
                    """, arguments: ["id": id, "row": row, "clinician": clinician]
            ).map { (number: $0["number"] as Int64, answer: $0["answer"] as String) }
        }
        guard let found else { throw APIError(.unknownResult, "You have no access to a result with this id.") }
        let prediction = try Prediction(stored: found.answer)
        let known = prediction.labels.map(\.code)
        guard !labels.isEmpty, Set(labels).count == labels.count, labels.allSatisfy(known.contains) else {
            throw APIError(
                .invalidField,
                "Select at least one finding: labels must be one or more of \(known.joined(separator: ", ")), each once."
            )
        }
        let scores = Dictionary(uniqueKeysWithValues: prediction.labels.map { ($0.code, $0.score) })
        let encoded = String(decoding: try JSONBody.data(scores), as: UTF8.self)
        try await storage.write { database in
            try database.execute(
                sql: """
                    INSERT INTO feedback (result, clinician, labels, note, scores, model, created)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    found.number, clinician, known.filter(labels.contains).joined(separator: "|"), note, encoded,
                    prediction.model.sha256, now.wholeSeconds,
                ])
        }
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
