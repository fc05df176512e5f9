import APIErrors
import Foundation
import GRDB
import Mail
import Storage

/// Password reset by a link to the address of the account. Each link works once, for a limited time.
extension AccountStore {
    /// The purpose of the tokens.
    private static let reset = "reset"

    /// Mails a reset link to the address of an account. Earlier links become invalid.
    ///
    /// Without an account the same rows are written and removed in the same transaction, so that neither the response nor
    /// its time shows whether the account exists.
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

    /// Returns the address of the account of a reset link. The link stays valid.
    ///
    /// - Throws: `APIError` with `invalidToken`.
    package func address(ofReset token: SecretToken, now: Date = Date()) async throws -> String {
        let email = try await storage.read { database in
            try String.fetchOne(
                database,
                sql: """
                    SELECT email FROM tokens JOIN users ON users.id = tokens.user
                    WHERE token = ? AND purpose = ? AND expires > ?
                    """, arguments: [token.digest, Self.reset, now.wholeSeconds])
        }
        guard let email else { throw APIError.voidResetLink }
        return email
    }

    /// Sets the password, invalidates all reset links of the account, ends its sessions and informs its address, all in one
    /// transaction. The link also confirms the address, because only its owner can have read the message.
    ///
    /// - Parameter password: The bcrypt hash.
    /// - Returns: The account.
    /// - Throws: `APIError` with `invalidToken`.
    package func resetPassword(
        _ token: SecretToken, to password: String, mail: AccountMail, now: Date = Date()
    ) async throws -> Int64 {
        try await storage.write { database in
            guard let user = try use(token, Self.reset, database, now: now)["user"] as Int64? else {
                throw APIError.voidResetLink
            }
            // An unconfirmed account had no password to change.
            let hadPassword = try Bool.fetchOne(
                database, sql: "SELECT verified IS NOT NULL FROM users WHERE id = ?", arguments: [user])
            if hadPassword ?? false { try enqueueChange(to: user, mail: mail, database, now: now) }
            try database.execute(
                sql: "UPDATE users SET password = ?, verified = coalesce(verified, ?) WHERE id = ?",
                arguments: [password, now.wholeSeconds, user])
            try voidResets(of: user, database)
            // A pending registration would set its own password.
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

    /// Informs the address of the account that its password was changed.
    func enqueueChange(to user: Int64, mail: AccountMail, _ database: Database, now: Date) throws {
        let email = try String.fetchOne(database, sql: "SELECT email FROM users WHERE id = ?", arguments: [user])
        guard let address = email.flatMap({ MailAddress($0) }) else { return }
        try mail.enqueueChange(database, user: user, to: address, now: now)
    }
}

extension APIError {
    package static let voidResetLink = APIError(
        .invalidToken, ErrorCode.invalidToken.sentence + " Please request a new one.")
}
