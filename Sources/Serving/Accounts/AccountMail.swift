import Foundation
import GRDB

/// What accounts are told by mail. Plain text: a link that can be read.
struct AccountMail: Sendable {
    let address: ServerAddress
    let tokenSeconds: Double

    func enqueueLink(_ database: Database, token: SecretToken, user: Int64, to recipient: MailAddress, now: Date) throws
    {
        let text = """
            Somebody, you we hope, has asked for a HeartSense account for this address.

            To confirm that it is yours, open this link within \(Self.hours(tokenSeconds)) and press the button:

            \(address)/verify?token=\(token.text)

            Log in with the password that was chosen with this very request. If you have not asked for an account, do
            nothing: without the link there is none.
            """
        try Outbox.enqueue(
            database, id: MailName.account(.verify), user: user, recipient: recipient,
            subject: "Confirm your address for HeartSense", text: text, now: now)
    }

    /// Somebody registers an address that has an account.
    func enqueueAttempt(_ database: Database, user: Int64, to recipient: MailAddress, now: Date) throws {
        let text = """
            Somebody has asked for a HeartSense account for this address, which has one already. Nothing was changed.

            If it was you, log in: \(address)/login
            """
        try Outbox.enqueue(
            database, id: MailName.account(.attempt), user: user, recipient: recipient,
            subject: "You have a HeartSense account", text: text, now: now)
    }

    static func hours(_ seconds: Double) -> String {
        let hours = max(1, Int((seconds / 3600).rounded()))
        return hours == 1 ? "an hour" : "\(hours) hours"
    }
}
