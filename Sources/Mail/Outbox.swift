import Foundation
import GRDB
import Storage

/// Mail that is to be sent: rows of the table `outbox`, written in the transaction that gives rise to them, and gone with
/// the account that they belong to.
///
/// ```
/// waiting ──claim──▶ sending ──250──▶ sent
///   ▲                 │ ├─5xx, too old─▶ failed
///   └──4xx, no link───┘ └─killed between the message's last byte and the answer─▶ unconfirmed
/// ```
///
/// One row for each id, whatever happens: asking again to send the same id changes nothing.
public struct Outbox: Sendable {
    /// How a message fares.
    public enum State: String, Codable, Sendable, CaseIterable {
        case waiting, sending, sent, unconfirmed, failed
    }

    /// A message that an attempt has been begun for.
    struct Claim: Equatable, Sendable {
        let row: Int64
        let attempt: Int64
        let created: Date
        let message: MailMessage
    }

    let pool: DatabasePool

    public init(_ storage: ServerDatabase) { pool = storage.pool }

    /// Puts a message in, unless one of its id is or was there.
    ///
    /// - Parameters:
    ///   - id: letters, digits, `-` and `_`: what the message is known by, here and at every server on its way.
    ///   - user: whose account it belongs to, with which it goes.
    /// - Returns: whether it is new.
    /// - Throws: `MailError` for what no mail could carry, `DatabaseError`.
    @discardableResult package static func enqueue(
        _ database: Database, id: String, user: Int64?, recipient: MailAddress, subject: String, text: String,
        html: String? = nil, attachments: [MailMessage.Attachment] = [], now: Date = Date()
    ) throws -> Bool {
        // Written once to see that it can be: what is in the outbox shall never fail for its content.
        _ = try MailMessage(
            id: id, from: recipient, to: recipient, subject: subject, text: text, html: html,
            attachments: attachments, date: now
        ).data()
        let seconds = now.wholeSeconds
        try database.execute(
            sql: """
                INSERT INTO outbox (id, user, recipient, subject, text, html, attachments, next_attempt, created, changed)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """,
            arguments: [
                id, user, recipient.description, subject, text, html, try JSONEncoder().encode(attachments), seconds,
                seconds, seconds,
            ])
        return database.changesCount == 1
    }

    /// The state of a message, and why it failed if it did; nil where there is none of this id.
    func state(of id: String) throws -> (state: State, error: String?)? {
        try pool.read { database in
            try Row.fetchOne(database, sql: "SELECT state, error FROM outbox WHERE id = ?", arguments: [id])
                .flatMap { row in State(rawValue: row["state"]).map { ($0, row["error"]) } }
        }
    }

    /// Whether there is something to deliver, or an attempt whose end nobody has recorded.
    package func hasWork(now: Date) throws -> Bool {
        try pool.read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM outbox WHERE state = 'waiting' AND next_attempt <= ?)
                        OR EXISTS (SELECT 1 FROM outbox WHERE state = 'sending')
                    """, arguments: [now.wholeSeconds]) ?? false
        }
    }

    /// Begins an attempt for the message that has been due longest; nil where none is.
    func claim(now: Date, sender: MailAddress) throws -> Claim? {
        try pool.write { database in
            while let row = try Self.begin(database, now: now) {
                if let claim = Self.claim(row, sender: sender) { return claim }
                // Not written by `enqueue`. Those behind it shall not wait for it for ever.
                try Self.settle(
                    database, row: row["number"], attempt: row["attempts"], as: .failed,
                    error: "The mail in the outbox is damaged.", now: now)
            }
            return nil
        }
    }

    private static func begin(_ database: Database, now: Date) throws -> Row? {
        try Row.fetchOne(
            database,
            sql: """
                UPDATE outbox SET state = 'sending', attempts = attempts + 1, changed = ?1 WHERE number = (
                    SELECT number FROM outbox WHERE state = 'waiting' AND next_attempt <= ?1
                    ORDER BY next_attempt, number LIMIT 1)
                RETURNING *
                """, arguments: [now.wholeSeconds])
    }

    /// Nil for a row that is no message.
    private static func claim(_ row: Row, sender: MailAddress) -> Claim? {
        let attachments = (row["attachments"] as Data?).map {
            try? JSONDecoder().decode([MailMessage.Attachment].self, from: $0)
        }
        guard let recipient = MailAddress(row["recipient"]), let attachments = attachments ?? [] else { return nil }
        let created = Date(wholeSeconds: row["created"])
        return Claim(
            row: row["number"], attempt: row["attempts"], created: created,
            message: MailMessage(
                id: row["id"], from: sender, to: recipient, subject: row["subject"], text: row["text"],
                html: row["html"], attachments: attachments, date: created))
    }

    /// Ends an attempt for good: what the message said and to whom is forgotten, that it was sent is not.
    ///
    /// - Returns: the message's id; nil, and nothing is done, if the attempt was ended already, or the account with its
    ///   mail is gone.
    @discardableResult func settle(
        row: Int64, attempt: Int64, as state: State, error: String? = nil, now: Date = Date()
    ) throws -> String? {
        try pool.write {
            try Self.settle($0, row: row, attempt: attempt, as: state, error: error, now: now)
        }
    }

    @discardableResult private static func settle(
        _ database: Database, row: Int64, attempt: Int64, as state: State, error: String?, now: Date
    ) throws -> String? {
        try String.fetchOne(
            database,
            sql: """
                UPDATE outbox SET state = ?, error = ?, changed = ?, recipient = '', subject = '', text = '',
                    html = NULL, attachments = NULL
                WHERE number = ? AND attempts = ? AND state = 'sending' RETURNING id
                """, arguments: [state.rawValue, error, now.wholeSeconds, row, attempt])
    }

    /// Ends an attempt that is to be repeated.
    ///
    /// - Parameter others: whether everything else that waits is to wait as long: the server cannot be reached.
    func postpone(
        row: Int64, attempt: Int64, until due: Date, others: Bool, error: String, now: Date = Date()
    ) throws {
        try pool.write { database in
            try database.execute(
                sql: """
                    UPDATE outbox SET state = 'waiting', next_attempt = ?, error = ?, changed = ?
                    WHERE number = ? AND attempts = ? AND state = 'sending'
                    """, arguments: [due.wholeSeconds, error, now.wholeSeconds, row, attempt])
            guard others else { return }
            try database.execute(
                sql: "UPDATE outbox SET next_attempt = ?1 WHERE state = 'waiting' AND next_attempt < ?1",
                arguments: [due.wholeSeconds])
        }
    }

    /// Ends what a process left behind that was killed, by its last note: see `MailAgent`.
    ///
    /// - Returns: the id of a message of which nobody knows whether it has arrived.
    @discardableResult func recover(_ note: DeliveryJournal.Note?) throws -> String? {
        var unconfirmed: String?
        if let note, note.state != .refused {
            let state: State = note.state == .accepted ? .sent : .unconfirmed
            let message = try settle(row: note.message, attempt: note.attempt, as: state)
            if state == .unconfirmed { unconfirmed = message }
        }
        // No note: the end of the message was not written, so that no server can have it.
        try pool.write { database in
            try database.execute(sql: "UPDATE outbox SET state = 'waiting' WHERE state = 'sending'")
        }
        return unconfirmed
    }
}
