import APIErrors
import Foundation
import GRDB
import Mail
import Storage

/// A logged-in account.
package struct Session: Equatable, Sendable {
    package enum Role: String, Sendable { case user, clinician }

    package let user: Int64
    package let email: String
    package let role: Role
    /// Whether the account allows training with its pictures.
    package let training: Bool
    package let token: SecretToken
}

/// The accounts, sessions and tokens in the database.
package struct AccountStore: Sendable {
    let storage: ServerDatabase
    let sessionSeconds: Double
    let tokenSeconds: Double
    let resetSeconds: Double

    /// The part of an account's row that a login needs.
    package struct Credentials: Sendable {
        package let user: Int64
        /// The bcrypt hash; nil for an unconfirmed address.
        package let password: String?
    }

    package init(storage: ServerDatabase, sessionSeconds: Double, tokenSeconds: Double, resetSeconds: Double) {
        (self.storage, self.sessionSeconds) = (storage, sessionSeconds)
        (self.tokenSeconds, self.resetSeconds) = (tokenSeconds, resetSeconds)
    }

    // MARK: Registering

    /// Records a registration and sends a message: the confirmation link or, if the address has an account, information
    /// about the attempt. The response is the same in both cases.
    package func register(_ address: MailAddress, password: String, mail: AccountMail, now: Date = Date()) async throws
    {
        let email = address.description
        try await storage.write { database in
            try database.execute(
                sql: "INSERT INTO users (email, created) VALUES (?, ?) ON CONFLICT (email) DO NOTHING",
                arguments: [email, now.wholeSeconds])
            guard
                let row = try Row.fetchOne(
                    database, sql: "SELECT id, verified FROM users WHERE email = ?", arguments: [email])
            else { return }
            let user: Int64 = row["id"]
            if (row["verified"] as Int64?) != nil {
                return try mail.enqueueAttempt(database, user: user, to: address, now: now)
            }
            let token = SecretToken()
            // Each link activates only the password of its own registration, never one that another person chose.
            try insert(token, "verify", user: user, payload: password, seconds: tokenSeconds, database, now: now)
            try mail.enqueueLink(database, token: token, user: user, to: address, now: now)
        }
    }

    /// Confirms a registration. All registration tokens of the address become invalid.
    ///
    /// - Throws: `APIError` with `invalidToken`.
    package func verify(_ token: SecretToken, now: Date = Date()) async throws {
        try await storage.write { database in
            let row = try use(token, "verify", database, now: now)
            guard let user = row["user"] as Int64?, let password = row["payload"] as String? else {
                throw APIError(.invalidToken)
            }
            try database.execute(
                sql: "UPDATE users SET password = ?, verified = ? WHERE id = ?",
                arguments: [password, now.wholeSeconds, user])
            try database.execute(sql: "DELETE FROM tokens WHERE user = ? AND purpose = 'verify'", arguments: [user])
        }
    }

    /// Stores the digest of a token until it is used or expires.
    func insert(
        _ token: SecretToken, _ purpose: String, user: Int64?, payload: String?, seconds: Double, _ database: Database,
        now: Date
    ) throws {
        try database.execute(
            sql: "INSERT INTO tokens (token, purpose, user, payload, created, expires) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [
                token.digest, purpose, user, payload, now.wholeSeconds, (now + seconds).wholeSeconds,
            ])
    }

    /// Removes a token and returns its row.
    ///
    /// - Throws: `APIError` with `invalidToken` if the token is unknown or has expired.
    func use(_ token: SecretToken, _ purpose: String, _ database: Database, now: Date) throws -> Row {
        let row = try Row.fetchOne(
            database, sql: "DELETE FROM tokens WHERE token = ? AND purpose = ? AND expires > ? RETURNING *",
            arguments: [token.digest, purpose, now.wholeSeconds])
        guard let row else { throw APIError(.invalidToken) }
        return row
    }

    // MARK: Logging in

    package func credentials(_ address: MailAddress) async throws -> Credentials? {
        try await storage.read { database in
            try Row.fetchOne(
                database, sql: "SELECT id, password FROM users WHERE email = ?", arguments: [address.description]
            ).map { Credentials(user: $0["id"], password: $0["password"]) }
        }
    }

    package func credentials(user: Int64) async throws -> Credentials? {
        try await storage.read { database in
            try Row.fetchOne(database, sql: "SELECT password FROM users WHERE id = ?", arguments: [user])
                .map { Credentials(user: user, password: $0["password"]) }
        }
    }

    /// Creates a session, and ends the previous one of the browser.
    ///
    /// - Parameters:
    ///   - credentials: The verified credentials. The login fails if the password has changed since then.
    ///   - rehashed: A replacement for the hash.
    package func logIn(
        _ credentials: Credentials, rehashed: String?, replacing old: SecretToken?, now: Date = Date()
    ) async throws -> SecretToken {
        let token = SecretToken()
        try await storage.write { database in
            try database.execute(
                sql: "UPDATE users SET password = coalesce(?, password) WHERE id = ? AND password = ?",
                arguments: [rehashed, credentials.user, credentials.password])
            guard database.changesCount == 1 else {
                throw APIError(.wrongCredentials)
            }
            if let old { try database.execute(sql: "DELETE FROM sessions WHERE token = ?", arguments: [old.digest]) }
            try insertSession(token, user: credentials.user, database, now: now)
        }
        return token
    }

    package func logOut(_ token: SecretToken) async throws {
        try await storage.write {
            try $0.execute(sql: "DELETE FROM sessions WHERE token = ?", arguments: [token.digest])
        }
    }

    package func session(_ token: SecretToken, now: Date = Date()) async throws -> Session? {
        try await storage.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT users.id, email, role, training FROM sessions JOIN users ON users.id = sessions.user
                    WHERE token = ? AND expires > ?
                    """, arguments: [token.digest, now.wholeSeconds]
            ).map {
                Session(
                    user: $0["id"], email: $0["email"], role: Session.Role(rawValue: $0["role"]) ?? .user,
                    training: $0["training"], token: token)
            }
        }
    }

    private func insertSession(_ token: SecretToken, user: Int64, _ database: Database, now: Date) throws {
        try database.execute(
            sql: "INSERT INTO sessions (token, user, created, expires) VALUES (?, ?, ?, ?)",
            arguments: [token.digest, user, now.wholeSeconds, (now + sessionSeconds).wholeSeconds])
    }

    // MARK: Changing

    /// Sets the password, ends all sessions of the account, invalidates its reset links and creates a new session.
    package func setPassword(
        _ hash: String, of credentials: Credentials, mail: AccountMail, now: Date = Date()
    ) async throws -> SecretToken {
        let token = SecretToken()
        try await storage.write { database in
            try database.execute(
                sql: "UPDATE users SET password = ? WHERE id = ? AND password = ?",
                arguments: [hash, credentials.user, credentials.password])
            guard database.changesCount == 1 else {
                throw APIError(.wrongCredentials)
            }
            try endSessions(of: credentials.user, database)
            try voidResets(of: credentials.user, database)
            try insertSession(token, user: credentials.user, database, now: now)
            try enqueueChange(to: credentials.user, mail: mail, database, now: now)
        }
        return token
    }

    package func setTraining(_ isAllowed: Bool, user: Int64) async throws {
        try await storage.write {
            try $0.execute(sql: "UPDATE users SET training = ? WHERE id = ?", arguments: [isAllowed, user])
        }
    }
}
