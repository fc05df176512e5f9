import ConfigurationKeys
import Foundation
import GRDB
import Logging
import Mail
import Storage

/// A database with an outbox in a temporary folder.
package final class MailSample {
    package let folder: String
    package let storage: ServerDatabase
    package let outbox: Outbox

    package init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("mail-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        storage = try ServerDatabase(path: "\(folder)/database", busySeconds: 0.5)
        outbox = Outbox(storage)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    package func enqueue(_ id: String, to recipient: String = "anna@example.org") throws {
        try storage.pool.write { database in
            _ = try Outbox.enqueue(
                database, id: id, user: nil, recipient: MailAddress(recipient)!, subject: "Result \(id)",
                text: ".a dot\n..two\nend", html: "<p>end",
                attachments: [
                    .init(name: "a.png", type: "image/png", data: Data(repeating: 7, count: 30_000), contentID: "a")
                ])
        }
    }

    package func states() throws -> [String: String] {
        try storage.pool.read { database in
            Dictionary(
                uniqueKeysWithValues: try Row.fetchAll(database, sql: "SELECT id, state FROM outbox").map {
                    ($0["id"], $0["state"])
                })
        }
    }

    package func makeDue() throws {
        try storage.pool.write { try $0.execute(sql: "UPDATE outbox SET next_attempt = 0") }
    }

    package func settings(_ values: [String: String] = [:]) throws -> MailSettings {
        try MailSettings(Settings(environment: environment(values)))!
    }

    /// - Parameter server: the server for the mail; nil for a folder.
    package func settings(for server: SMTPTestServer, _ values: [String: String] = [:]) throws -> MailSettings {
        try settings(Self.values(for: server).merging(values) { $1 })
    }

    package static func values(for server: SMTPTestServer) -> [String: String] {
        [
            "MAIL_SERVER": "smtp://127.0.0.1:\(server.port)", "MAIL_USER": "heart", "MAIL_PASSWORD": "sense",
            "MAIL_AUTHORITIES": server.authorities,
        ]
    }

    package func environment(_ values: [String: String]) -> [String: String] {
        Dictionary(
            uniqueKeysWithValues: values.merging(["DATABASE": "\(folder)/database"]) { $1 }
                .map { ("HEARTSENSE_\($0)", $1) })
    }

    /// Delivers the due messages.
    ///
    /// A program that another test is starting inherits the lock of the journal until it runs.
    ///
    /// - Parameter waits: Whether to try again while the journal is locked.
    /// - Returns: The number of delivered messages; nil if the journal is locked.
    @discardableResult package func deliver(_ settings: MailSettings, waits: Bool = true) throws -> Int? {
        let agent = MailAgent(
            outbox: outbox, settings: settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        for _ in 0 ..< (waits ? 1000 : 0) {
            if let delivered = try agent.run() { return delivered }
            usleep(10_000)
        }
        return try agent.run()
    }
}
