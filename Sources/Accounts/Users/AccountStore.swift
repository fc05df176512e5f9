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
    /// The time without a request after which a session ends.
    let idleSeconds: Double
    let tokenSeconds: Double
    let resetSeconds: Double

    /// The part of an account's row that a login needs.
    package struct Credentials: Sendable {
        package let user: Int64
        package let email: String
        package let role: Session.Role
        /// The hash; nil for an unconfirmed address.
        package let password: String?

        init(_ row: Row) {
            (user, email, password) = (row["id"], row["email"], row["password"])
            role = Session.Role(rawValue: row["role"]) ?? .user
        }
    }

    package init(
        storage: ServerDatabase, sessionSeconds: Double, idleSeconds: Double, tokenSeconds: Double, resetSeconds: Double
    ) {
        (self.storage, self.sessionSeconds, self.idleSeconds) = (storage, sessionSeconds, idleSeconds)
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
                database, sql: "SELECT id, email, role, password FROM users WHERE email = ?",
                arguments: [address.description]
            ).map(Credentials.init)
        }
    }

    package func credentials(user: Int64) async throws -> Credentials? {
        try await storage.read { database in
            try Row.fetchOne(
                database, sql: "SELECT id, email, role, password FROM users WHERE id = ?", arguments: [user]
            ).map(Credentials.init)
        }
    }

    /// Creates a session, and ends the previous one of the browser.
    ///
    /// - Parameters:
    ///   - credentials: The verified credentials. The login fails if the password has changed since then.
    ///   - rehashed: A replacement for the hash.
    ///   - old: The previous session of the browser.
    ///   - device: The name of the browser.
    ///   - newDevice: A token to recognize the browser by at its next login; nil if it has one.
    package func logIn(
        _ credentials: Credentials, rehashed: String?, replacing old: SecretToken?, device: String,
        newDevice: SecretToken?, now: Date = Date()
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
            try insertSession(token, user: credentials.user, device: device, database, now: now)
            if let newDevice { try insertDevice(newDevice, user: credentials.user, database, now: now) }
        }
        return token
    }

    package func logOut(_ token: SecretToken) async throws {
        try await storage.write {
            try $0.execute(sql: "DELETE FROM sessions WHERE token = ?", arguments: [token.digest])
        }
    }

    /// Returns an open session, and records its use.
    package func session(_ token: SecretToken, now: Date = Date()) async throws -> Session? {
        let found = try await storage.read { database in
            try Row.fetchOne(
                database,
                sql: """
                    SELECT users.id, email, role, training, used FROM sessions JOIN users ON users.id = sessions.user
                    WHERE token = ? AND expires > ? AND used > ?
                    """, arguments: [token.digest, now.wholeSeconds, (now - idleSeconds).wholeSeconds]
            ).map {
                (
                    Session(
                        user: $0["id"], email: $0["email"], role: Session.Role(rawValue: $0["role"]) ?? .user,
                        training: $0["training"], token: token), used: $0["used"] as Int64
                )
            }
        }
        guard let found else { return nil }
        // Not at each request, which would then need to write.
        if found.used < (now - min(60, idleSeconds / 10)).wholeSeconds {
            // A database that is locked does not prevent reading.
            try? await storage.write {
                try $0.execute(
                    sql: "UPDATE sessions SET used = ? WHERE token = ?", arguments: [now.wholeSeconds, token.digest])
            }
        }
        return found.0
    }

    // MARK: Changing

    /// Sets the password, ends all sessions of the account, invalidates its reset links and creates a new session.
    ///
    /// - Parameter device: The name of the browser.
    package func setPassword(
        _ hash: String, of credentials: Credentials, device: String, mail: AccountMail, now: Date = Date()
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
            try insertSession(token, user: credentials.user, device: device, database, now: now)
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
