import Foundation
import GRDB
import Storage

/// Deletes an account and everything that is its own: sessions, results, pictures, reports, mail that was or was to be
/// sent to it, contact forms with its address. Then the write-ahead log is emptied, so that no file has any of it.
///
/// The log of the server has ids of requests only and needs no erasure. A backup made before is the operator's.
package struct AccountErasure: Sendable {
    let storage: ServerDatabase

    package init(storage: ServerDatabase) { self.storage = storage }

    /// What belongs to the address and not, by a foreign key, to the account. In one transaction with the account.
    ///
    /// - Returns: the ids of the messages, under which there may be files.
    package func erase(user: Int64, email: String) async throws -> [String] {
        let messages = try await storage.write { database in
            let messages = try String.fetchAll(
                database,
                sql: """
                    SELECT id FROM outbox WHERE user = :user OR recipient = :email
                        OR id IN (SELECT id FROM reports WHERE recipient = :email)
                        OR id IN (SELECT 'contact-' || id FROM contact WHERE user = :user OR email = :email)
                    """, arguments: ["user": user, "email": email])
            for message in messages {
                try database.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [message])
            }
            try database.execute(sql: "DELETE FROM contact WHERE user = ? OR email = ?", arguments: [user, email])
            try database.execute(sql: "DELETE FROM reports WHERE recipient = ?", arguments: [email])
            // What others have asked to be sent to the address, and nobody has confirmed.
            try database.execute(
                sql: """
                    DELETE FROM tokens WHERE
                        CASE WHEN purpose = 'report' THEN json_extract(payload, '$.recipient') = ? ELSE FALSE END
                    """, arguments: [email])
            try database.execute(sql: "DELETE FROM users WHERE id = ?", arguments: [user])
            return messages
        }
        // Who is reading keeps the log for a moment. If it lasts, the sweeper empties it.
        for _ in 0 ..< 20 {
            if try await storage.emptyLog() { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        return messages
    }
}
