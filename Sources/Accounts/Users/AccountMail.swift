import Foundation
import GRDB
import Mail

/// The messages to accounts. They are plain text, so that users can read the whole link.
///
/// The token of a link is in its fragment, which browsers do not send, so that no proxy logs it.
package struct AccountMail: Sendable {
    package let address: ServerAddress
    let tokenSeconds: Double
    let resetSeconds: Double
    /// The limit of messages of all kinds to one recipient.
    package let recipients: AttemptLimit

    package init(address: ServerAddress, tokenSeconds: Double, resetSeconds: Double, recipients: AttemptLimit) {
        (self.address, self.tokenSeconds, self.resetSeconds) = (address, tokenSeconds, resetSeconds)
        self.recipients = recipients
    }

    func enqueueLink(_ database: Database, token: SecretToken, user: Int64, to recipient: MailAddress, now: Date) throws
    {
        try recipients.take(recipient.description, in: database, now: now)
        let text = """
            Someone (hopefully you) asked for a HeartSense account with this address.

            To confirm your address, open this link within \(Self.duration(tokenSeconds)):

            \(address)/verify#token=\(token.text)

            Log in with the password you chose when signing up. If this wasn't you, you can ignore this message. No account is
            created without the link.
            """
        try Outbox.enqueue(
            database, id: MailName.account(.verify), user: user, recipient: recipient, subject: Self.confirmation,
            text: text, now: now)
    }

    /// Informs an account about a registration with its address.
    func enqueueAttempt(_ database: Database, user: Int64, to recipient: MailAddress, now: Date) throws {
        try recipients.take(recipient.description, in: database, now: now)
        let text = """
            Someone (hopefully you) asked for a HeartSense account with this address, but you already have one. Nothing was
            changed.

            If this was you, please log in or reset your password: \(address)/login
            """
        try Outbox.enqueue(
            database, id: MailName.account(.attempt), user: user, recipient: recipient,
            subject: "You already have a HeartSense account", text: text, now: now)
    }

    /// Sends a password reset link. For an unconfirmed address, the link confirms it with a new password, so that a password
    /// chosen by someone else never takes effect.
    ///
    /// - Returns: The id of the message.
    func enqueueReset(
        _ database: Database, token: SecretToken, user: Int64?, isConfirmed: Bool, to recipient: MailAddress, now: Date
    ) throws -> String {
        try recipients.take(recipient.description, in: database, now: now)
        let link = "\(address)/password/reset#token=\(token.text)"
        let text =
            isConfirmed
            ? """
            Someone (hopefully you) asked to reset the password of your HeartSense account.

            To choose a new password, open this link within \(Self.duration(resetSeconds)):

            \(link)

            The link works once, and replaces earlier links. If this wasn't you, you can ignore this message. Your password
            stays unchanged.
            """
            : """
            Someone (hopefully you) asked for a HeartSense account with this address, and then for a new password.

            To confirm your address and choose a password, open this link within \(Self.duration(resetSeconds)):

            \(link)

            If this wasn't you, you can ignore this message. No account is created without the link.
            """
        let id = MailName.account(.reset)
        try Outbox.enqueue(
            database, id: id, user: user, recipient: recipient,
            subject: isConfirmed ? "Reset your HeartSense password" : Self.confirmation, text: text, now: now)
        return id
    }

    /// Informs an account that its password was changed. The limit does not apply, so that requests of others cannot
    /// suppress the message.
    func enqueueChange(_ database: Database, user: Int64, to recipient: MailAddress, now: Date) throws {
        let text = """
            The password of your HeartSense account has just been changed.

            If this was you, you don't need to do anything. If it wasn't, reset your password now. This logs out all devices:

            \(address)/password/forgotten
            """
        try Outbox.enqueue(
            database, id: MailName.account(.changed), user: user, recipient: recipient,
            subject: "Your HeartSense password has been changed", text: text, now: now)
    }

    private static let confirmation = "Confirm your e-mail address for HeartSense"

    /// Returns the duration in words, such as `30 minutes`, `an hour` or `24 hours`.
    package static func duration(_ seconds: Double) -> String {
        let minutes = max(1, Int((seconds / 60).rounded()))
        if minutes < 60 { return minutes == 1 ? "a minute" : "\(minutes) minutes" }
        let hours = Int((seconds / 3600).rounded())
        return hours == 1 ? "an hour" : "\(hours) hours"
    }
}
