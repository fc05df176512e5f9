import Foundation
import GRDB
import Storage

/// A table of the database as operators see it, also while the server runs. It has no secrets.
public enum OperatorTable: String, CaseIterable, Sendable {
    case accounts, sessions, mail, contact

    /// A value of a row.
    public enum Value: Encodable, Equatable, Sendable, CustomStringConvertible {
        case number(Int64)
        case text(String)
        case none

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .number(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .none: try container.encodeNil()
            }
        }

        public var description: String {
            switch self {
            case .number(let number): "\(number)"
            case .text(let text): text
            case .none: ""
            }
        }
    }

    /// The names of the columns.
    public var columns: [String] {
        switch self {
        case .accounts: ["id", "email", "role", "confirmed", "training", "created", "results", "sessions"]
        case .sessions: ["session", "account", "email", "created", "expires"]
        case .mail: ["id", "state", "recipient", "attempts", "next_attempt", "error", "created", "changed"]
        case .contact: ["id", "account", "name", "email", "message", "created"]
        }
    }

    /// The query of the columns, with the time as its argument.
    private var sql: String {
        func time(_ column: String) -> String { "strftime('%Y-%m-%dT%H:%M:%SZ', \(column), 'unixepoch')" }
        switch self {
        case .accounts:
            return """
                SELECT id, email, role, verified IS NOT NULL, training, \(time("created")),
                    (SELECT count(*) FROM results WHERE user = users.id),
                    (SELECT count(*) FROM sessions WHERE user = users.id AND expires > :now)
                FROM users ORDER BY id
                """
        case .sessions:
            // The start of the digest identifies a session, and cannot be used to log in.
            return """
                SELECT lower(hex(substr(token, 1, 4))), users.id, email, \(time("sessions.created")), \(time("expires"))
                FROM sessions JOIN users ON users.id = sessions.user WHERE expires > :now ORDER BY sessions.created, token
                """
        case .mail:
            return """
                SELECT id, state, recipient, attempts,
                    CASE WHEN state = 'waiting' THEN \(time("next_attempt")) END, error, \(time("created")),
                    \(time("changed"))
                FROM outbox WHERE :now >= 0 ORDER BY number
                """
        case .contact:
            return """
                SELECT id, user, name, email, message, \(time("created")) FROM contact WHERE :now >= 0 ORDER BY id
                """
        }
    }

    /// Returns the rows, in the order in which they were created.
    ///
    /// - Throws: `StorageError`.
    public func rows(database path: String, now: Date = Date()) throws -> [[Value]] {
        try ServerDatabase.read(path) { database in
            try Row.fetchAll(database, sql: sql, arguments: ["now": now.wholeSeconds]).map { row in
                row.databaseValues.map { value in
                    switch value.storage {
                    case .null, .blob: .none
                    case .int64(let number): .number(number)
                    case .double(let number): .text("\(number)")
                    case .string(let text): .text(text)
                    }
                }
            }
        }
    }

    /// Ends the sessions of an account, or all.
    ///
    /// - Parameter email: The address of the account; nil for all accounts.
    /// - Returns: The number of ended sessions.
    /// - Throws: `StorageError`, `FileError`.
    public static func endSessions(of email: String?, database path: String) throws -> Int {
        try write(path) { database in
            try database.execute(
                sql: "DELETE FROM sessions WHERE :email IS NULL OR user IN (SELECT id FROM users WHERE email = :email)",
                arguments: ["email": email?.lowercased()])
            return database.changesCount
        }
    }

    /// Makes all waiting messages due, for example after an outage of the mail server.
    ///
    /// - Returns: The number of messages.
    /// - Throws: `StorageError`, `FileError`.
    public static func sendMailNow(database path: String, now: Date = Date()) throws -> Int {
        try write(path) { database in
            try database.execute(
                sql: "UPDATE outbox SET next_attempt = :now WHERE state = 'waiting' AND next_attempt > :now",
                arguments: ["now": now.wholeSeconds])
            return database.changesCount
        }
    }

    private static func write(_ path: String, _ body: (Database) throws -> Int) throws -> Int {
        guard access(path, R_OK) == 0 else { throw StorageError.missing(path: path) }
        let storage = try ServerDatabase(path: path)
        do { return try storage.pool.write(body) } catch let error as DatabaseError {
            throw StorageError(error, path: path)
        }
    }
}
