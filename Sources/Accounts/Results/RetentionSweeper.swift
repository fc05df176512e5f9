import Foundation
import GRDB
import Logging
import Mail
import ServiceLifecycle
import Storage

/// Deletes expired data every minute: results, pictures, sessions, devices, tokens, limits, unconfirmed registrations,
/// and messages that were sent, including their files.
package struct RetentionSweeper: Service, CustomStringConvertible {
    let storage: ServerDatabase
    let resultSeconds: Double
    let pictureSeconds: Double
    /// The folder of sent messages; nil if mail is sent by SMTP.
    let mail: MailFolder?
    let logger: Logger

    package init(
        storage: ServerDatabase, resultSeconds: Double, pictureSeconds: Double, mail: MailFolder?, logger: Logger
    ) {
        (self.storage, self.resultSeconds, self.pictureSeconds) = (storage, resultSeconds, pictureSeconds)
        (self.mail, self.logger) = (mail, logger)
    }

    /// The time for which the state of a sent message is kept.
    static let mailSeconds = 30 * 86_400.0

    /// The name in the log.
    package var description: String { "RetentionSweeper" }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await sweep() } catch {
                    logger.error("deleting expired data failed", metadata: ["type": "\(type(of: error))"])
                }
                try? await Task.sleep(for: .seconds(min(60, max(0.2, resultSeconds / 10))))
            }
        }
    }

    /// Deletes expired rows in transactions of 1000 rows, so that other writers do not wait long.
    func sweep(now: Date = Date()) async throws {
        let rules = [
            Rule("sessions", "token", "expires <= ?", before: now),
            Rule("tokens", "token", "expires <= ?", before: now),
            Rule("devices", "token", "expires <= ?", before: now),
            Rule("limits", "key", "expires <= ?", before: now),
            Rule("images", "result", "created < ?", before: now - pictureSeconds),
            Rule("results", "number", "created < ?", before: now - resultSeconds),
            Rule("contact", "id", "created < ?", before: now - resultSeconds),
            Rule(
                "outbox", "number", "changed < ? AND state NOT IN ('waiting', 'sending')",
                before: now - Self.mailSeconds),
            Rule(
                "users", "id",
                "verified IS NULL AND created < ? AND NOT EXISTS (SELECT 1 FROM tokens WHERE user = users.id)",
                before: now),
        ]
        var deleted = 0
        for rule in rules {
            while true {
                let count = try await storage.write { database in
                    try database.execute(sql: rule.sql, arguments: [rule.before.wholeSeconds])
                    return database.changesCount
                }
                deleted += count
                if count < 1000 { break }
            }
        }
        // Every time, because an erasure may have found the log in use.
        _ = try await storage.emptyLog()
        let files = try mail?.removeAll(writtenBefore: now - resultSeconds) ?? 0
        if deleted + files > 0 {
            logger.info(
                "expired data deleted",
                metadata: ["rows": .stringConvertible(deleted), "mail_files": .stringConvertible(files)])
        }
    }

    private struct Rule {
        let sql: String
        let before: Date

        init(_ table: String, _ key: String, _ condition: String, before: Date) {
            sql = "DELETE FROM \(table) WHERE \(key) IN (SELECT \(key) FROM \(table) WHERE \(condition) LIMIT 1000)"
            self.before = before
        }
    }
}
