import APIErrors
import Files
import Foundation
import GRDB
import HTTPTypes
import Storage

/// Limits the number of attempts per key.
///
/// The state is in the database, so that all processes share it and a restart keeps it. Keys are stored as SHA-256.
package struct AttemptLimit: Sendable {
    package enum Rule: Sendable {
        /// At most `count` attempts in a window of `seconds`, which starts with the first attempt.
        case window(count: Int, seconds: Double)
        /// `count` attempts without delay. The next one waits `seconds`, each further one twice as long, up to `limit`.
        case delay(count: Int, seconds: Double, limit: Double)
    }

    /// The time without attempts after which delays start again.
    static let memorySeconds = 86_400.0

    let storage: ServerDatabase
    let kind: String
    let rule: Rule

    /// - Parameter kind: The part of the key that distinguishes limits.
    package init(storage: ServerDatabase, kind: String, _ rule: Rule) {
        (self.storage, self.kind, self.rule) = (storage, kind, rule)
    }

    /// Counts an attempt.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`, and the time until the next attempt.
    package func take(_ key: String, now: Date = Date()) async throws { try await Self.take([(self, key)], now: now) }

    /// Counts an attempt for several limits of one database, or for none if one of them refuses it.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`.
    package static func take(_ attempts: [(limit: AttemptLimit, key: String)], now: Date = Date()) async throws {
        guard let storage = attempts.first?.limit.storage else { return }
        // A refused attempt only reads, so that a flood of them does not delay other writers.
        try await storage.read { database in
            for (limit, key) in attempts { _ = try limit.state(key, database, now: now) }
        }
        try await storage.write { database in
            for (limit, key) in attempts { try limit.take(key, in: database, now: now) }
        }
    }

    /// Counts an attempt in a transaction.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`.
    package func take(_ key: String, in database: Database, now: Date) throws {
        var state = try state(key, database, now: now)
        state.count += 1
        let expires: Int64
        switch rule {
        case .window(_, let seconds):
            if state.count == 1 { state.until = (now + seconds).wholeSeconds }
            expires = state.until
        case .delay(let count, let seconds, let limit):
            let wait = state.count < count ? 0 : min(limit, seconds * exp2(Double(min(state.count - count, 60))))
            state.until = (now + wait).wholeSeconds
            expires = (now + Self.memorySeconds).wholeSeconds
        }
        try database.execute(
            sql: "INSERT OR REPLACE INTO limits (key, count, until, expires) VALUES (?, ?, ?, ?)",
            arguments: [digest(key), state.count, state.until, expires])
    }

    /// Does not count an attempt after all, such as a successful login.
    package func giveBack(_ key: String) async throws {
        let digest = digest(key)
        try await storage.write {
            try $0.execute(sql: "UPDATE limits SET count = count - 1 WHERE key = ? AND count > 0", arguments: [digest])
        }
    }

    /// Resets a key.
    package func forget(_ key: String) async throws {
        let digest = digest(key)
        try await storage.write { try $0.execute(sql: "DELETE FROM limits WHERE key = ?", arguments: [digest]) }
    }

    /// Returns the state of a key.
    ///
    /// - Throws: `APIError` with `tooManyAttempts`.
    private func state(_ key: String, _ database: Database, now: Date) throws -> (count: Int, until: Int64) {
        let row = try Row.fetchOne(
            database, sql: "SELECT count, until FROM limits WHERE key = ? AND expires > ?",
            arguments: [digest(key), now.wholeSeconds])
        let (count, until) = row.map { ($0["count"] as Int, $0["until"] as Int64) } ?? (0, now.wholeSeconds)
        switch rule {
        case .window(let limit, let seconds):
            guard count < limit else {
                throw APIError.tooManyAttempts(waiting: row == nil ? Int64(seconds) : until - now.wholeSeconds)
            }
        case .delay(let free, _, _):
            guard count < free || until <= now.wholeSeconds else {
                throw APIError.tooManyAttempts(waiting: until - now.wholeSeconds)
            }
        }
        return (count, until)
    }

    private func digest(_ key: String) -> Data { Data(Digest(of: "\(kind) \(key)").bytes) }
}

extension APIError {
    fileprivate static func tooManyAttempts(waiting seconds: Int64) -> APIError {
        let seconds = max(1, seconds)
        let (minutes, rounded) = ((seconds + 59) / 60, (seconds + 4) / 5 * 5)
        let words = rounded < 60 ? "\(rounded) seconds" : minutes == 1 ? "a minute" : "\(minutes) minutes"
        return APIError(
            .tooManyAttempts, "Too many attempts. Try again in \(words).", headers: [.retryAfter: "\(seconds)"])
    }
}
