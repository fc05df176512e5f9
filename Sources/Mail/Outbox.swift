import Foundation
import GRDB
import Storage

/// The queue of messages: rows of the table `outbox`. A row is written in the transaction of its event and deleted with
/// the account.
///
/// ```
/// waiting ──claim──▶ sending ──250──▶ sent
///   ▲                 │ ├─5xx, too old─▶ failed
///   └──4xx, no link───┘ └─killed between the message's last byte and the answer─▶ unconfirmed
/// ```
///
/// There is one row per id. Enqueuing the same id again changes nothing.
public struct Outbox: Sendable {
    /// The state of a message.
    public enum State: String, Codable, Sendable, CaseIterable {
        case waiting, sending, sent, unconfirmed, failed
    }

    /// A message with a started attempt.
    struct Claim: Equatable, Sendable {
        let row: Int64
        let attempt: Int64
        let created: Date
        let message: MailMessage
    }

    let pool: DatabasePool

    public init(_ storage: ServerDatabase) { pool = storage.pool }

    /// Adds a message, unless the table already has its id.
    ///
    /// - Parameters:
    ///   - id: Letters, digits, `-` and `_`: the id here and in the `Message-ID` header.
    ///   - user: The account that the message belongs to. Both are deleted together.
    /// - Returns: Whether the message is new.
    /// - Throws: `MailError` for content that cannot be sent, `DatabaseError`.
    @discardableResult package static func enqueue(
        _ database: Database, id: String, user: Int64?, recipient: MailAddress, subject: String, text: String,
        html: String? = nil, attachments: [MailMessage.Attachment] = [], now: Date = Date()
    ) throws -> Bool {
        // Encoding is only a check, so that delivery never fails because of the content.
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

    /// Returns the state of a message and its last error; nil for an unknown id.
    func state(of id: String) throws -> (state: State, error: String?)? {
        try pool.read { database in
            try Row.fetchOne(database, sql: "SELECT state, error FROM outbox WHERE id = ?", arguments: [id])
                .flatMap { row in State(rawValue: row["state"]).map { ($0, row["error"]) } }
        }
    }

    /// Whether a message is due, or an attempt has no recorded result.
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

    /// Returns the number of messages by state. Messages that wait after a failed attempt count as `retrying`.
    package func counts() async throws -> [String: Int] {
        let found = try await pool.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT CASE WHEN state = 'waiting' AND attempts > 0 THEN 'retrying' ELSE state END AS state, count(*)
                    FROM outbox GROUP BY 1
                    """
            ).map { row -> (String, Int) in (row[0], row[1]) }
        }
        let states = State.allCases.map(\.rawValue) + ["retrying"]
        // All states, so that a count of 0 is visible.
        return Dictionary(uniqueKeysWithValues: states.map { ($0, 0) }).merging(found) { $1 }
    }

    /// Starts an attempt for the message that has been due longest; nil if none is due.
    func claim(now: Date, sender: MailAddress) throws -> Claim? {
        try pool.write { database in
            while let row = try Self.begin(database, now: now) {
                if let claim = Self.claim(row, sender: sender) { return claim }
                // The row was not written by `enqueue`. It must not block the following messages.
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

    /// Decodes a message; nil for a damaged row.
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

    /// Ends an attempt permanently. The content and recipient of the message are erased; its state is kept.
    ///
    /// - Returns: The id of the message; nil if the attempt has ended already, or the message was deleted with its account.
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

    /// Ends an attempt that will be repeated.
    ///
    /// - Parameter others: Whether all waiting messages are delayed as well, because the server cannot be reached.
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

    /// Ends the attempt of a killed process according to its last journal entry; see `MailAgent`.
    ///
    /// - Returns: The id of a message that may or may not have arrived.
    @discardableResult func recover(_ note: DeliveryJournal.Note?) throws -> String? {
        var unconfirmed: String?
        if let note, note.state != .refused {
            let state: State = note.state == .accepted ? .sent : .unconfirmed
            let message = try settle(row: note.message, attempt: note.attempt, as: state)
            if state == .unconfirmed { unconfirmed = message }
        }
        // Without an entry, the end of the message was not written, so no server has accepted it.
        try pool.write { database in
            try database.execute(sql: "UPDATE outbox SET state = 'waiting' WHERE state = 'sending'")
        }
        return unconfirmed
    }
}
