import APIErrors
import Accounts
import Files
import Foundation
import GRDB
import HTTPTypes
import Inference
import Mail
import Storage

/// A result as an e-mail: plain text, and HTML with a figure.
package struct ReportMessage: Codable, Equatable, Sendable {
    package let subject: String
    package let text: String
    package let html: String
    package let attachments: [MailMessage.Attachment]

    package init(subject: String, text: String, html: String, attachments: [MailMessage.Attachment]) {
        (self.subject, self.text, self.html, self.attachments) = (subject, text, html, attachments)
    }
}

/// Sends results by e-mail: to the verified address of the account, or to another address after it is confirmed.
package struct ReportService: Sendable {
    package struct Receipt: Equatable, Sendable {
        /// The id of the report.
        package let report: String
        package let state: Outbox.State
    }

    /// A stored result of an account.
    package struct Found: Sendable {
        package let number: Int64
        package let prediction: Prediction
        package let input: Digest
        package let created: Date
        /// The stored PNG; nil if none was kept.
        package let picture: Data?
    }

    package static let daySeconds = 86_400.0
    /// The purpose of the tokens.
    static let purpose = "report"

    let storage: ServerDatabase
    let reportsADay: Int
    /// The server's address, for links.
    let address: ServerAddress
    let tokenSeconds: Double
    /// The limit of messages of all kinds to one recipient.
    let recipients: AttemptLimit

    package init(storage: ServerDatabase, reportsADay: Int, mail: AccountMail) {
        (self.storage, self.reportsADay, self.address, self.tokenSeconds) =
            (storage, reportsADay, mail.address, mail.tokenSeconds)
        recipients = mail.recipients
    }

    // MARK: With an account

    /// - Throws: `APIError` with `unknownResult` if the account does not have the result.
    package func result(_ id: String, of user: Int64) async throws -> Found {
        let found = try await storage.read { database -> Found? in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT r.number, r.answer, r.input, r.created, i.png FROM results r
                    LEFT JOIN images i ON i.result = r.number WHERE r.user = ? AND r.id = ?
                    """, arguments: [user, id])
            guard let row, let input = Digest(hexadecimal: row["input"]) else { return nil }
            return Found(
                number: row["number"], prediction: try Prediction(stored: row["answer"]), input: input,
                created: Date(wholeSeconds: row["created"]), picture: row["png"])
        }
        guard let found else { throw APIError(.unknownResult) }
        return found
    }

    /// Returns the number of an account's result; nil if there is none with this id.
    package func number(of id: String, user: Int64) async throws -> Int64? {
        try await storage.read {
            try Int64.fetchOne($0, sql: "SELECT number FROM results WHERE user = ? AND id = ?", arguments: [user, id])
        }
    }

    /// - Parameter key: A key of the caller's choice. The same key and result give the same report, which is sent once.
    package func reportID(_ result: Int64, of user: Int64, key: String?) -> String {
        let key = key ?? SecretToken().text
        return String(Digest(of: "report \(user) \(result) \(key)").description.prefix(32))
    }

    /// Adds the report to the outbox and records the request, in one transaction.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`.
    package func send(
        _ message: ReportMessage, id: String, result: Int64, user: Int64, to recipient: MailAddress, now: Date = Date()
    ) async throws -> Receipt {
        try await storage.write { database in
            if let known = try Self.receipt(id, database) { return known }
            try refuseTooMany(database, now: now, user: user, recipient: recipient)
            try enqueue(message, id: id, result: result, user: user, to: recipient, database, now: now)
            return Receipt(report: id, state: .waiting)
        }
    }

    /// The state of a report that was requested before; nil for a new one.
    package func receipt(_ id: String) async throws -> Receipt? { try await storage.read { try Self.receipt(id, $0) } }

    private static func receipt(_ id: String, _ database: Database) throws -> Receipt? {
        guard try Bool.fetchOne(database, sql: "SELECT 1 FROM reports WHERE id = ?", arguments: [id]) != nil else {
            return nil
        }
        let state = try String.fetchOne(database, sql: "SELECT state FROM outbox WHERE id = ?", arguments: [id])
        return Receipt(report: id, state: state.flatMap(Outbox.State.init) ?? .sent)
    }

    // MARK: Without an account

    private struct Pending: Codable {
        let id: String
        let recipient: String
        let message: ReportMessage
    }

    /// Sends a confirmation link for a report to its recipient. The message contains no part of the result.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`.
    package func ask(_ recipient: MailAddress, for message: ReportMessage, id: String, now: Date = Date()) async throws
    {
        let token = SecretToken()
        let payload = String(
            decoding: try JSONEncoder().encode(Pending(id: id, recipient: "\(recipient)", message: message)),
            as: UTF8.self)
        let text = """
            Someone (hopefully you) asked HeartSense to send a report to this address.

            To receive it, open this link within \(AccountMail.duration(tokenSeconds)) and confirm:

            \(address)/send-report/confirm#token=\(token.text)

            If this wasn't you, you can ignore this message. Nothing else will be sent, and the result will be deleted.
            """
        try await storage.write { database in
            try refuseTooMany(database, now: now, user: nil, recipient: recipient)
            try database.execute(
                sql: "INSERT INTO tokens (token, purpose, payload, created, expires) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    token.digest, Self.purpose, payload, now.wholeSeconds, (now + tokenSeconds).wholeSeconds,
                ])
            try recipients.take("\(recipient)", in: database, now: now)
            let confirmation = MailName.confirmation(ofReport: id)
            try note(confirmation, result: nil, user: nil, recipient: recipient, database, now: now)
            try Outbox.enqueue(
                database, id: confirmation, user: nil, recipient: recipient,
                subject: "Confirm to receive a HeartSense report", text: text, now: now)
        }
    }

    /// Sends the confirmed report and deletes the token.
    ///
    /// - Throws: `APIError` with `invalidToken`.
    package func confirm(_ token: SecretToken, now: Date = Date()) async throws -> Receipt {
        try await storage.write { database in
            let payload = try String.fetchOne(
                database, sql: "DELETE FROM tokens WHERE token = ? AND purpose = ? AND expires > ? RETURNING payload",
                arguments: [token.digest, Self.purpose, now.wholeSeconds])
            guard let payload, let pending = try? JSONDecoder().decode(Pending.self, from: Data(payload.utf8)),
                let recipient = MailAddress(pending.recipient)
            else { throw APIError(.invalidToken) }
            try enqueue(
                pending.message, id: pending.id, result: nil, user: nil, to: recipient, database, now: now)
            return Receipt(report: pending.id, state: .waiting)
        }
    }

    // MARK: - Rows

    private func enqueue(
        _ message: ReportMessage, id: String, result: Int64?, user: Int64?, to recipient: MailAddress,
        _ database: Database, now: Date
    ) throws {
        try recipients.take("\(recipient)", in: database, now: now)
        try Outbox.enqueue(
            database, id: id, user: user, recipient: recipient, subject: message.subject, text: message.text,
            html: message.html, attachments: message.attachments, now: now)
        try note(id, result: result, user: user, recipient: recipient, database, now: now)
    }

    private func note(
        _ id: String, result: Int64?, user: Int64?, recipient: MailAddress, _ database: Database, now: Date
    ) throws {
        // The limit for requests without an account needs only those of the last day.
        try database.execute(
            sql: "DELETE FROM reports WHERE user IS NULL AND created < ?",
            arguments: [(now - Self.daySeconds).wholeSeconds])
        try database.execute(
            sql: """
                INSERT INTO reports (id, user, result, message, recipient, created)
                VALUES (?, ?, ?, (SELECT number FROM outbox WHERE id = ?), ?, ?)
                """, arguments: [id, user, result, id, "\(recipient)", now.wholeSeconds])
    }

    /// Enforces the limit of reports in 24 hours: for the account or, if there is none, for the recipient. Requests
    /// without an account do not count toward the limit of the account with the same address.
    private func refuseTooMany(_ database: Database, now: Date, user: Int64?, recipient: MailAddress) throws {
        let (column, value): (String, any DatabaseValueConvertible) =
            user.map { ("user", $0) } ?? ("recipient", "\(recipient)")
        let times = try Int64.fetchAll(
            database,
            sql: "SELECT created FROM reports WHERE \(column) = ? AND created >= ? ORDER BY created DESC",
            arguments: [value, (now - Self.daySeconds).wholeSeconds])
        guard times.count >= reportsADay else { return }
        // The waiting time ends when the oldest request that counts toward the limit is a day old.
        let oldest = reportsADay > 0 ? times[reportsADay - 1] : now.wholeSeconds
        let wait = max(1, oldest + Int64(Self.daySeconds) - now.wholeSeconds + 1)
        throw APIError(
            .tooManyAttempts, "The limit is \(reportsADay) reports in 24 hours. Please try again later.",
            headers: [.retryAfter: "\(wait)"])
    }
}
