import Foundation
import GRDB
import Storage

/// Deletes an account and all its data: sessions, results, pictures, reports, messages to its address and contact forms
/// with it. Then it empties the write-ahead log, so that no file contains the data.
///
/// The server's log contains only ids of requests and needs no erasure. Backups are the operator's responsibility.
package struct AccountErasure: Sendable {
    let storage: ServerDatabase

    package init(storage: ServerDatabase) { self.storage = storage }

    /// Deletes, in one transaction with the account, also what belongs to the address without a foreign key.
    ///
    /// - Returns: The ids of the deleted messages, which may exist as files.
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
            // Unconfirmed requests of others to send a report to the address.
            try database.execute(
                sql: """
                    DELETE FROM tokens WHERE
                        CASE WHEN purpose = 'report' THEN json_extract(payload, '$.recipient') = ? ELSE FALSE END
                    """, arguments: [email])
            try database.execute(sql: "DELETE FROM users WHERE id = ?", arguments: [user])
            return messages
        }
        // A reader keeps the log in use for a moment. If it takes longer, the sweeper empties the log later.
        for _ in 0 ..< 20 {
            if try await storage.emptyLog() { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        return messages
    }
}
