import APIErrors
import Foundation
import GRDB
import Storage

/// The sessions of an account, and the devices that have logged in to it.
extension AccountStore {
    /// An open session as its owner sees it.
    package struct OpenSession: Encodable, Sendable {
        /// A part of the stored digest of the token.
        package let id: String
        package let device: String
        package let created: String
        /// The time of the last request, rounded.
        package let used: String
        /// Whether it is the session of the request.
        package let current: Bool
    }

    /// The time for which a device is recognized after a login.
    package static let deviceSeconds = 365 * 86_400.0
    /// The limit of devices of an account. Beyond it, the oldest are removed.
    static let deviceLimit = 20

    /// The part of a token's digest that identifies a session.
    private static let identifier = "lower(hex(substr(token, 1, 8)))"

    /// Returns the open sessions of an account, the last used first.
    package func sessions(of session: Session, now: Date = Date()) async throws -> [OpenSession] {
        let (user, token) = (session.user, session.token.digest)
        let earliest = (now - idleSeconds).wholeSeconds
        return try await storage.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(Self.identifier) AS id, token = ? AS current, device, created, used FROM sessions
                    WHERE user = ? AND expires > ? AND used > ? ORDER BY current DESC, used DESC, id
                    """, arguments: [token, user, now.wholeSeconds, earliest]
            ).map { row in
                OpenSession(
                    id: row["id"], device: row["device"], created: Date(wholeSeconds: row["created"]).ISO8601Format(),
                    used: Date(wholeSeconds: row["used"]).ISO8601Format(), current: row["current"])
            }
        }
    }

    /// Ends a session of an account.
    ///
    /// - Throws: `APIError` with `invalidField` if the account has no session with this id.
    package func endSession(_ id: String, of user: Int64) async throws {
        try await storage.write { database in
            try database.execute(
                sql: "DELETE FROM sessions WHERE user = ? AND \(Self.identifier) = ?", arguments: [user, id])
            guard database.changesCount > 0 else {
                throw APIError(.invalidField, "There is no session with this id. It may have ended already.")
            }
        }
    }

    /// Ends all sessions of an account, and forgets its devices.
    package func endAllSessions(of user: Int64) async throws {
        try await storage.write { database in
            try endSessions(of: user, database)
            try database.execute(sql: "DELETE FROM devices WHERE user = ?", arguments: [user])
        }
    }

    /// Whether a device has logged in to an account before.
    package func isKnown(_ device: SecretToken, of user: Int64, now: Date = Date()) async throws -> Bool {
        try await storage.read { database in
            try Bool.fetchOne(
                database, sql: "SELECT EXISTS (SELECT 1 FROM devices WHERE token = ? AND user = ? AND expires > ?)",
                arguments: [device.digest, user, now.wholeSeconds]) ?? false
        }
    }

    func insertSession(_ token: SecretToken, user: Int64, device: String, _ database: Database, now: Date) throws {
        let seconds = now.wholeSeconds
        try database.execute(
            sql: "INSERT INTO sessions (token, user, created, expires, used, device) VALUES (?, ?, ?, ?, ?, ?)",
            arguments: [token.digest, user, seconds, (now + sessionSeconds).wholeSeconds, seconds, device])
    }

    func insertDevice(_ device: SecretToken, user: Int64, _ database: Database, now: Date) throws {
        try database.execute(
            sql: "INSERT INTO devices (token, user, created, expires) VALUES (?, ?, ?, ?)",
            arguments: [device.digest, user, now.wholeSeconds, (now + Self.deviceSeconds).wholeSeconds])
        try database.execute(
            sql: """
                DELETE FROM devices WHERE user = ?1 AND token NOT IN (
                    SELECT token FROM devices WHERE user = ?1 ORDER BY created DESC, token LIMIT ?2)
                """, arguments: [user, Self.deviceLimit])
    }
}
