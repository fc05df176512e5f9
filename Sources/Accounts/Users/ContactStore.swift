import Foundation
import GRDB
import Mail
import Storage

/// A message to who runs the server.
package struct ContactMessage: Equatable, Sendable {
    package let name: String
    package let email: MailAddress
    package let text: String

    package init(name: String, email: MailAddress, text: String) {
        (self.name, self.email, self.text) = (name, email, text)
    }
}

extension AccountStore {
    /// Stores a message, and puts it into the outbox if somebody is to get it.
    ///
    /// - Parameter user: whose account it belongs to, with which it goes.
    package func keep(
        _ message: ContactMessage, of user: Int64?, mailedTo recipient: MailAddress?, now: Date = Date()
    ) async throws {
        try await storage.write { database in
            try database.execute(
                sql: "INSERT INTO contact (user, name, email, message, created) VALUES (?, ?, ?, ?, ?)",
                arguments: [user, message.name, message.email.description, message.text, now.wholeSeconds])
            guard let recipient else { return }
            // What was sent stands in the text alone, never in a header.
            try Outbox.enqueue(
                database, id: MailName.contact(database.lastInsertedRowID), user: user, recipient: recipient,
                subject: "A message from the contact form",
                text: "Name: \(message.name)\nE-mail: \(message.email)\n\n\(message.text)\n", now: now)
        }
    }
}
