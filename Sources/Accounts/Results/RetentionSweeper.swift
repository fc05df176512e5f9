import Foundation
import GRDB
import Logging
import Mail
import ServiceLifecycle
import Storage

/// Deletes what has been kept long enough, every minute: results, pictures, sessions, links, registrations that nobody
/// confirmed, mail that has gone out, also to a folder.
package struct RetentionSweeper: Service, CustomStringConvertible {
    let storage: ServerDatabase
    let resultSeconds: Double
    let pictureSeconds: Double
    /// Where mail becomes files; nil where it does not.
    let mail: MailFolder?
    let logger: Logger

    package init(
        storage: ServerDatabase, resultSeconds: Double, pictureSeconds: Double, mail: MailFolder?, logger: Logger
    ) {
        (self.storage, self.resultSeconds, self.pictureSeconds) = (storage, resultSeconds, pictureSeconds)
        (self.mail, self.logger) = (mail, logger)
    }

    /// Mail is kept for as long as somebody may ask whether it was sent.
    static let mailSeconds = 30 * 86_400.0

    /// What the log says when it starts.
    package var description: String { "RetentionSweeper" }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await sweep() } catch {
                    logger.error("what has expired could not be deleted", metadata: ["type": "\(type(of: error))"])
                }
                try? await Task.sleep(for: .seconds(min(60, max(0.2, resultSeconds / 10))))
            }
        }
    }

    /// A thousand rows of a kind at a time, so that nobody waits for the database meanwhile.
    func sweep(now: Date = Date()) async throws {
        let rules = [
            Rule("sessions", "token", "expires <= ?", before: now),
            Rule("tokens", "token", "expires <= ?", before: now),
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
        // At every turn: an erasure may have found somebody reading.
        _ = try await storage.emptyLog()
        let files = try mail?.removeAll(writtenBefore: now - resultSeconds) ?? 0
        if deleted + files > 0 {
            logger.info("deleted what has expired", metadata: ["rows": "\(deleted)", "mail_files": "\(files)"])
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
