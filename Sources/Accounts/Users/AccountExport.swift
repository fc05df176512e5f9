import APIErrors
import Foundation
import GRDB
import Mail
import Storage

/// Exports all data of an account as one JSON object, written while it is read.
package struct AccountExport: Sendable {
    let storage: ServerDatabase
    let session: Session

    package init(storage: ServerDatabase, session: Session) { (self.storage, self.session) = (storage, session) }

    /// Writes the text of the object in pieces.
    package func write(_ put: (String) async throws -> Void) async throws {
        let user = session.user
        let account =
            try await rows(
                "SELECT email, created, verified, role, training FROM users WHERE id = ?", [user]
            ).first ?? "{}"
        try await put("{\"account\":\(account)")
        try await putList("contact", put, by: "SELECT name, email, message, created FROM contact WHERE user = ?")
        // A reset link must not reach a person who has only the open session, and not the account's mail.
        try await putList(
            "mail", put,
            by: """
                SELECT id, recipient, subject, CASE WHEN id LIKE '\(MailName.Kind.reset.rawValue)-%' THEN NULL ELSE text END
                    AS text, html, state, created FROM outbox WHERE user = ?
                """)
        try await putList("sessions", put, by: "SELECT device, created, used, expires FROM sessions WHERE user = ?")
        try await putList("devices", put, by: "SELECT created, expires FROM devices WHERE user = ?")
        try await putList("links", put, by: "SELECT purpose, created, expires FROM tokens WHERE user = ?")
        try await putList(
            "reports", put,
            by: """
                SELECT reports.id, results.id AS result, recipient, reports.created FROM reports
                LEFT JOIN results ON results.number = reports.result WHERE reports.user = ?
                """)
        try await putList(
            "feedback", put,
            by: """
                SELECT results.id AS result, labels, note, scores, feedback.model, feedback.created FROM feedback
                JOIN results ON results.number = feedback.result WHERE feedback.clinician = ?
                """)
        try await putResults(put)
        try await put("}\n")
    }

    private func putList(_ name: String, _ put: (String) async throws -> Void, by sql: String) async throws {
        let list = try await rows(sql, [session.user]).joined(separator: ",")
        try await put(",\"\(name)\":[\(list)]")
    }

    /// Writes the results with their pictures, a few at a time to limit memory.
    private func putResults(_ put: (String) async throws -> Void) async throws {
        try await put(",\"results\":[")
        var last: Int64 = 0
        while true {
            let (user, start) = (session.user, last)
            let part = try await storage.read { database in
                try Row.fetchAll(
                    database,
                    sql: """
                        SELECT number, answer, input, results.created, png FROM results
                        LEFT JOIN images ON images.result = number
                        WHERE user = ? AND number > ? ORDER BY number LIMIT 20
                        """, arguments: [user, start]
                ).map { row -> (number: Int64, text: String) in
                    let picture = (row["png"] as Data?).map { "\"\($0.base64EncodedString())\"" } ?? "null"
                    let created: Int64 = row["created"]
                    // The stored response is JSON and is written unchanged.
                    return (
                        row["number"],
                        "{\"answer\":\(row["answer"] as String),\"created\":\(created),\"input_sha256\":"
                            + "\"\(row["input"] as String)\",\"picture_png\":\(picture)}"
                    )
                }
            }
            if part.isEmpty { break }
            try await put((last == 0 ? "" : ",") + part.map(\.text).joined(separator: ","))
            last = part[part.count - 1].number
        }
        try await put("]")
    }

    /// Returns each row as a JSON object of its columns.
    private func rows(_ sql: String, _ arguments: [Int64]) async throws -> [String] {
        try await storage.read { database in
            try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).map { row in
                var object: [String: Value] = [:]
                for (column, value) in row { object[column] = Value(value) }
                return String(decoding: try JSONBody.data(object), as: UTF8.self)
            }
        }
    }

    private enum Value: Encodable {
        case null
        case number(Int64)
        case text(String)

        init(_ value: DatabaseValue) {
            self =
                switch value.storage {
                case .int64(let number): .number(number)
                case .string(let text): .text(text)
                case .null, .double, .blob: .null
                }
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            }
        }
    }
}
