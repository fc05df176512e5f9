import Foundation
import GRDB

/// Mail that is to be sent: rows of the table `outbox`, written in the transaction that gives rise to them.
enum Outbox {
    /// Puts a message in, unless one of its id is or was there.
    ///
    /// - Parameters:
    ///   - id: letters, digits, `-` and `_`.
    ///   - user: whose account it belongs to, with which it goes.
    ///   - attachments: JSON.
    /// - Returns: whether it is new.
    @discardableResult static func enqueue(
        _ database: Database, id: String, user: Int64?, recipient: MailAddress, subject: String, text: String,
        html: String? = nil, attachments: Data? = nil, now: Date = Date()
    ) throws -> Bool {
        let seconds = now.wholeSeconds
        try database.execute(
            sql: """
                INSERT INTO outbox (id, user, recipient, subject, text, html, attachments, next_attempt, created, changed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """,
            arguments: [
                id, user, recipient.description, subject, text, html, attachments, seconds, seconds, seconds,
            ])
        return database.changesCount == 1
    }
}
