import APIErrors
import Accounts
import Foundation
import GRDB
import Inference
import Storage

/// The results that a clinician may look at: their own, and those of accounts that have allowed training with their
/// pictures. Nobody else's are ever shown.
package struct ReviewQueue: Sendable {
    package struct Entry: Sendable {
        let result: Int64
        package let prediction: Prediction
        package let priority: Double
        package let created: Date
        /// Where one was kept.
        package let picture: Data?
    }

    /// Results whose priority is not known yet get it as they are asked for, at most so many at a time.
    private static let newResults = 1000

    /// Of `results r JOIN users u`, with the clinician as `:clinician`.
    private static let visible = "(r.user = :clinician OR u.training = 1)"

    let storage: ServerDatabase

    package init(storage: ServerDatabase) { self.storage = storage }

    /// What nobody has corrected or confirmed yet, the most doubtful first.
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
                    result: row["number"], prediction: try Prediction(stored: row["answer"]), priority: row["priority"],
                    created: Date(wholeSeconds: row["created"]), picture: row["png"])
            }
        }
    }

    /// Gives new results their priority.
    private func rank() async throws {
        let ranked = try await storage.read { database in
            let new = try Row.fetchAll(
                database,
                sql: """
                    SELECT number, answer FROM results r WHERE user IS NOT NULL
                        AND NOT EXISTS (SELECT 1 FROM reviews v WHERE v.result = r.number)
                    ORDER BY number LIMIT ?
                    """, arguments: [Self.newResults])
            return try new.map { row -> (Int64, Double) in
                (row["number"], ReviewPriority.of(try Prediction(stored: row["answer"])))
            }
        }
        guard !ranked.isEmpty else { return }
        try await storage.write { database in
            for (result, priority) in ranked {
                // A result that has gone meanwhile has no priority.
                try database.execute(
                    sql: """
                        INSERT OR IGNORE INTO reviews (result, priority) SELECT number, ? FROM results WHERE number = ?
                        """, arguments: [priority, result])
            }
        }
    }

    /// Records what a clinician says of a result: the right labels, which may be those that the model gave.
    ///
    /// - Parameter id: the answer's.
    /// - Throws: `Refusal` with `unknownResult` for one that does not exist or is not for this clinician to see, and
    ///   `invalidField` for labels that the answer does not know.
    package func record(
        _ labels: [String], note: String, of id: String, by clinician: Int64, now: Date = Date()
    ) async throws {
        let found = try await storage.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT r.number, r.answer FROM results r JOIN users u ON u.id = r.user
                    WHERE r.id = :id AND \(Self.visible) ORDER BY r.user = :clinician DESC, r.number LIMIT 1
                    """, arguments: ["id": id, "clinician": clinician]
            ).map { (number: $0["number"] as Int64, answer: $0["answer"] as String) }
        }
        guard let found else { throw Refusal(.unknownResult, "There is no result of this id that you may review.") }
        let prediction = try Prediction(stored: found.answer)
        let known = prediction.labels.map(\.code)
        guard !labels.isEmpty, Set(labels).count == labels.count, labels.allSatisfy(known.contains) else {
            throw Refusal(
                .invalidField,
                "The field labels has one or more of the codes \(known.joined(separator: ", ")), each once.")
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

/// How much a clinician's look at a result is worth: what the model abstained from first, then by how unsure its scores
/// are and how much its members contradict each other.
enum ReviewPriority {
    /// 0…3: 1 if uncertain, plus the greatest binary entropy of a score (bits), plus the greatest distance between two
    /// members' votes for one label.
    static func of(_ prediction: Prediction) -> Double {
        let entropy = prediction.labels.map { binaryEntropy($0.score) }.max() ?? 0
        let distance = prediction.labels.map { ($0.votes.values.max() ?? 0) - ($0.votes.values.min() ?? 0) }.max() ?? 0
        return (prediction.uncertain ? 1 : 0) + entropy + distance
    }

    static func binaryEntropy(_ p: Double) -> Double {
        guard p > 0, p < 1 else { return 0 }
        return -p * log2(p) - (1 - p) * log2(1 - p)
    }
}
