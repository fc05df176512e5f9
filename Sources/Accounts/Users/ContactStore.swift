import APIErrors
import Foundation
import GRDB
import Mail
import Storage

/// A message to the operator of the server.
package struct ContactMessage: Equatable, Sendable {
    package let name: String
    package let email: MailAddress
    package let text: String

    package init(name: String, email: MailAddress, text: String) {
        (self.name, self.email, self.text) = (name, email, text)
    }
}

extension AccountStore {
    /// Stores a message, and adds it to the outbox if a recipient is configured.
    ///
    /// Above the limit of messages to the recipient, the message is only stored.
    ///
    /// - Parameter user: The account that the message belongs to. Both are deleted together.
    package func keep(
        _ message: ContactMessage, of user: Int64?, mailedTo recipient: MailAddress?, mail: AccountMail,
        now: Date = Date()
    ) async throws {
        try await storage.write { database in
            try database.execute(
                sql: "INSERT INTO contact (user, name, email, message, created) VALUES (?, ?, ?, ?, ?)",
                arguments: [user, message.name, message.email.description, message.text, now.wholeSeconds])
            let number = database.lastInsertedRowID
            guard let recipient else { return }
            do { try mail.recipients.take(recipient.description, in: database, now: now) } catch is APIError { return }
            // User input appears only in the text, never in a header.
            try Outbox.enqueue(
                database, id: MailName.contact(number), user: user, recipient: recipient,
                subject: "A message from the contact form",
                text: "Name: \(message.name)\nE-mail: \(message.email)\n\n\(message.text)\n", now: now)
        }
    }
}
