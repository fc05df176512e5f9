import Foundation
import GRDB
import Inference
import Storage

extension ServerDatabase {
    /// Adds a verified account.
    public func addUser(_ email: String, training: Bool = false, role: String = "user") throws -> Int64 {
        try pool.write { database in
            try database.execute(
                sql:
                    "INSERT INTO users (email, password, verified, role, training, created) VALUES (?, '', 0, ?, ?, 0)",
                arguments: [email, role, training])
            return database.lastInsertedRowID
        }
    }

    /// Adds an account with an unverified address.
    package func addUnverified(_ email: String) throws -> Int64 {
        try pool.write { database in
            try database.execute(sql: "INSERT INTO users (email, created) VALUES (?, 0)", arguments: [email])
            return database.lastInsertedRowID
        }
    }

    /// Adds results to an account, several with the same time.
    package func fillHistory(of user: Int64, count: Int) throws {
        let answer = try SampleAnswers.prediction().jsonLine()
        try pool.write { database in
            for number in 0 ..< count {
                try database.execute(
                    sql: """
                        INSERT INTO results (id, user, file, decision, uncertain, answer, model, preprocessing, label_space,
                            input, created) VALUES (?, ?, ?, 'V', 0, ?, 'm', 'p', 'l', 'i', ?)
                        """,
                    arguments: ["id-\(number)", user, "file-\(number).png", answer, 1_000_000 + number / 3])
            }
        }
    }

    /// Adds a result with a given id to an account.
    public func addResult(
        _ id: String, user: Int64, answer: Prediction, picture: Data? = nil, input: String = ""
    ) throws {
        // All sample answers have the id 0123.
        let json = try answer.jsonLine().replacing("\"id\":\"\(answer.id)\"", with: "\"id\":\"\(id)\"")
        try pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO results (id, user, file, decision, uncertain, answer, model, preprocessing, label_space,
                        input, created) VALUES (?, ?, ?, ?, ?, ?, ?, '', '', ?, 0)
                    """,
                arguments: [
                    id, user, answer.file, answer.decision.joined(separator: "|"), answer.uncertain, json,
                    answer.model.sha256, input,
                ])
            if let picture {
                try database.execute(
                    sql: "INSERT INTO images (result, png, created) VALUES (?, ?, 0)",
                    arguments: [database.lastInsertedRowID, picture])
            }
        }
    }

    /// Adds a clinician's feedback on a result.
    public func addFeedback(_ labels: [String], of id: String, by clinician: Int64) throws {
        try pool.write { database in
            try database.execute(
                sql: """
                    INSERT INTO feedback (result, clinician, labels, scores, model, created)
                    SELECT number, ?, ?, '{}', model, 0 FROM results WHERE id = ?
                    """, arguments: [clinician, labels.joined(separator: "|"), id])
        }
    }
}
