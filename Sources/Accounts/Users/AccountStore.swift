import APIErrors
import Foundation
import GRDB
import Mail
import Storage

/// An account that is logged in.
package struct Session: Equatable, Sendable {
    package enum Role: String, Sendable { case user, clinician }

    package let user: Int64
    package let email: String
    package let role: Role
    /// Whether pictures may be used for training.
    package let training: Bool
    package let token: SecretToken
}

/// Accounts, sessions and tokens in the database.
package struct AccountStore: Sendable {
    let storage: ServerDatabase
    let sessionSeconds: Double
    let tokenSeconds: Double
    let resetSeconds: Double

    /// An account's row, as log-in needs it.
    package struct Credentials: Sendable {
        let user: Int64
        /// Nil for an address that nobody has verified.
        package let password: String?
    }

    package init(storage: ServerDatabase, sessionSeconds: Double, tokenSeconds: Double, resetSeconds: Double) {
        (self.storage, self.sessionSeconds) = (storage, sessionSeconds)
        (self.tokenSeconds, self.resetSeconds) = (tokenSeconds, resetSeconds)
    }

    // MARK: Registering

    /// Notes a registration and puts its mail into the outbox: the link that makes it an account or, for an address that
    /// has one, word of the attempt. Whoever registers cannot tell which.
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
            // The password waits with its own link: a link makes the account of who has asked for that very mail.
            try insert(token, "verify", user: user, payload: password, seconds: tokenSeconds, database, now: now)
            try mail.enqueueLink(database, token: token, user: user, to: address, now: now)
        }
    }

    /// Makes a registration an account. Its token, and every other of the address, is used up.
    ///
    /// - Throws: `Refusal` with `invalidToken`.
    package func verify(_ token: SecretToken, now: Date = Date()) async throws {
        try await storage.write { database in
            let row = try use(token, "verify", database, now: now)
            guard let user = row["user"] as Int64?, let password = row["payload"] as String? else {
                throw Refusal(.invalidToken, ErrorCode.invalidToken.meaning)
            }
            try database.execute(
                sql: "UPDATE users SET password = ?, verified = ? WHERE id = ?",
                arguments: [password, now.wholeSeconds, user])
            try database.execute(sql: "DELETE FROM tokens WHERE user = ? AND purpose = 'verify'", arguments: [user])
        }
    }

    /// Keeps a token's digest until it is used or expires.
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

    /// Takes a token away and gives its row.
    ///
    /// - Throws: `Refusal` with `invalidToken` where there is none, or it has expired.
    func use(_ token: SecretToken, _ purpose: String, _ database: Database, now: Date) throws -> Row {
        let row = try Row.fetchOne(
            database, sql: "DELETE FROM tokens WHERE token = ? AND purpose = ? AND expires > ? RETURNING *",
            arguments: [token.digest, purpose, now.wholeSeconds])
        guard let row else { throw Refusal(.invalidToken, ErrorCode.invalidToken.meaning) }
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

    /// A new session in the place of the one that the browser may have had.
    ///
    /// - Parameters:
    ///   - password: the hash that was found right; if it is another's by now, nobody is let in.
    ///   - rehashed: what takes its place.
    package func logIn(
        _ credentials: Credentials, rehashed: String?, replacing old: SecretToken?, now: Date = Date()
    ) async throws -> SecretToken {
        let token = SecretToken()
        try await storage.write { database in
            try database.execute(
                sql: "UPDATE users SET password = coalesce(?, password) WHERE id = ? AND password = ?",
                arguments: [rehashed, credentials.user, credentials.password])
            guard database.changesCount == 1 else {
                throw Refusal(.wrongCredentials, ErrorCode.wrongCredentials.meaning)
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

    /// Sets the password, ends every session of the account and voids what was mailed to get another password; gives a
    /// new session.
    package func setPassword(
        _ hash: String, of credentials: Credentials, mail: AccountMail, now: Date = Date()
    ) async throws -> SecretToken {
        let token = SecretToken()
        try await storage.write { database in
            try database.execute(
                sql: "UPDATE users SET password = ? WHERE id = ? AND password = ?",
                arguments: [hash, credentials.user, credentials.password])
            guard database.changesCount == 1 else {
                throw Refusal(.wrongCredentials, ErrorCode.wrongCredentials.meaning)
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
