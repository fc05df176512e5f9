import APIErrors
import Foundation
import GRDB
import Mail
import Storage

/// The way back for who has forgotten a password: a link to the account's address, good once and for a while.
extension AccountStore {
    /// The purpose of tokens.
    private static let reset = "reset"

    /// Mails a link to the address of an account; those that were mailed before are void.
    ///
    /// Without an account the same rows are written, and taken back in the same transaction: whoever asks cannot tell by
    /// the answer, nor by the time that it takes.
    package func requestReset(_ address: MailAddress, mail: AccountMail, now: Date = Date()) async throws {
        let email = address.description
        let token = SecretToken()
        try await storage.write { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT id, verified FROM users WHERE email = ?", arguments: [email])
            let user = row.map { $0["id"] as Int64 }
            let isConfirmed = row.map { ($0["verified"] as Int64?) != nil } ?? true
            try voidResets(of: user, database)
            try insert(token, Self.reset, user: user, payload: nil, seconds: resetSeconds, database, now: now)
            let message = try mail.enqueueReset(
                database, token: token, user: user, isConfirmed: isConfirmed, to: address, now: now)
            guard user == nil else { return }
            try database.execute(sql: "DELETE FROM tokens WHERE token = ?", arguments: [token.digest])
            try database.execute(sql: "DELETE FROM outbox WHERE id = ?", arguments: [message])
        }
    }

    /// The address of the account whose password a link sets. The link stays good.
    ///
    /// - Throws: `Refusal` with `invalidToken`.
    package func address(ofReset token: SecretToken, now: Date = Date()) async throws -> String {
        let email = try await storage.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT email FROM tokens JOIN users ON users.id = tokens.user
                    WHERE token = ? AND purpose = ? AND expires > ?
                    """, arguments: [token.digest, Self.reset, now.wholeSeconds])
        }
        guard let email else { throw Refusal.voidResetLink }
        return email
    }

    /// Sets the password, uses up the link and every other one of the account, ends its sessions and tells its address:
    /// all of it or nothing. Who has the link has read the address's mail, so that it is confirmed by it.
    ///
    /// - Parameter password: its hash.
    /// - Returns: the account.
    /// - Throws: `Refusal` with `invalidToken`.
    package func resetPassword(
        _ token: SecretToken, to password: String, mail: AccountMail, now: Date = Date()
    ) async throws -> Int64 {
        try await storage.write { database in
            guard let user = try use(token, Self.reset, database, now: now)["user"] as Int64? else {
                throw Refusal.voidResetLink
            }
            // Where nobody has confirmed the address there was none that could be changed.
            let hadPassword = try Bool.fetchOne(
                database, sql: "SELECT verified IS NOT NULL FROM users WHERE id = ?", arguments: [user])
            if hadPassword ?? false { try enqueueChange(to: user, mail: mail, database, now: now) }
            try database.execute(
                sql: "UPDATE users SET password = ?, verified = coalesce(verified, ?) WHERE id = ?",
                arguments: [password, now.wholeSeconds, user])
            try voidResets(of: user, database)
            // A registration that waits would bring its own password.
            try database.execute(sql: "DELETE FROM tokens WHERE user = ? AND purpose = 'verify'", arguments: [user])
            try endSessions(of: user, database)
            return user
        }
    }

    func voidResets(of user: Int64?, _ database: Database) throws {
        try database.execute(
            sql: "DELETE FROM tokens WHERE user = ? AND purpose = ?", arguments: [user, Self.reset])
    }

    func endSessions(of user: Int64, _ database: Database) throws {
        try database.execute(sql: "DELETE FROM sessions WHERE user = ?", arguments: [user])
    }

    /// Tells the account's address that its password is another one.
    func enqueueChange(to user: Int64, mail: AccountMail, _ database: Database, now: Date) throws {
        let email = try String.fetchOne(database, sql: "SELECT email FROM users WHERE id = ?", arguments: [user])
        guard let address = email.flatMap({ MailAddress($0) }) else { return }
        try mail.enqueueChange(database, user: user, to: address, now: now)
    }
}

extension Refusal {
    package static let voidResetLink = Refusal(.invalidToken, ErrorCode.invalidToken.meaning + " Ask for another one.")
}
