import Foundation
import GRDB
import Mail

/// What accounts are told by mail. Plain text: a link that can be read.
package struct AccountMail: Sendable {
    package let address: ServerAddress
    let tokenSeconds: Double
    let resetSeconds: Double

    package init(address: ServerAddress, tokenSeconds: Double, resetSeconds: Double) {
        (self.address, self.tokenSeconds, self.resetSeconds) = (address, tokenSeconds, resetSeconds)
    }

    func enqueueLink(_ database: Database, token: SecretToken, user: Int64, to recipient: MailAddress, now: Date) throws
    {
        let text = """
            Somebody, you we hope, has asked for a HeartSense account for this address.

            To confirm that it is yours, open this link within \(Self.duration(tokenSeconds)) and press the button:

            \(address)/verify?token=\(token.text)

            Log in with the password that was chosen with this very request. If you have not asked for an account, do
            nothing: without the link there is none.
            """
        try Outbox.enqueue(
            database, id: MailName.account(.verify), user: user, recipient: recipient, subject: Self.confirmation,
            text: text, now: now)
    }

    /// Somebody registers an address that has an account.
    func enqueueAttempt(_ database: Database, user: Int64, to recipient: MailAddress, now: Date) throws {
        let text = """
            Somebody has asked for a HeartSense account for this address, which has one already. Nothing was changed.

            If it was you, log in, or get a new password there if you have forgotten yours: \(address)/login
            """
        try Outbox.enqueue(
            database, id: MailName.account(.attempt), user: user, recipient: recipient,
            subject: "You have a HeartSense account", text: text, now: now)
    }

    /// The way to a new password; for an address that nobody has confirmed, to its confirmation with a password of the
    /// reader's own, and none that was chosen by whoever has registered it.
    ///
    /// - Returns: the message's id.
    func enqueueReset(
        _ database: Database, token: SecretToken, user: Int64?, isConfirmed: Bool, to recipient: MailAddress, now: Date
    ) throws -> String {
        let link = "\(address)/password/reset?token=\(token.text)"
        let text =
            isConfirmed
            ? """
            Somebody, you we hope, has asked for a new password for the HeartSense account of this address.

            To choose one, open this link within \(Self.duration(resetSeconds)):

            \(link)

            It works once, and only the newest one does. If you have not asked for it, do nothing: your password stays as
            it is.
            """
            : """
            Somebody, you we hope, has asked for a HeartSense account for this address, and now for another password.

            To confirm that the address is yours and choose a password, open this link within \
            \(Self.duration(resetSeconds)):

            \(link)

            If you have not asked for an account, do nothing: without the link there is none.
            """
        let id = MailName.account(.reset)
        try Outbox.enqueue(
            database, id: id, user: user, recipient: recipient,
            subject: isConfirmed ? "A new password for HeartSense" : Self.confirmation, text: text, now: now)
        return id
    }

    /// The password has been changed, by whom nobody knows.
    func enqueueChange(_ database: Database, user: Int64, to recipient: MailAddress, now: Date) throws {
        let text = """
            The password of the HeartSense account of this address has just been changed.

            If it was you, there is nothing to do. If it was not, choose another one, which logs everybody out:

            \(address)/password/forgotten
            """
        try Outbox.enqueue(
            database, id: MailName.account(.changed), user: user, recipient: recipient,
            subject: "Your HeartSense password was changed", text: text, now: now)
    }

    private static let confirmation = "Confirm your address for HeartSense"

    /// In words, such as `30 minutes`, `an hour`, `24 hours`.
    package static func duration(_ seconds: Double) -> String {
        let minutes = max(1, Int((seconds / 60).rounded()))
        if minutes < 60 { return minutes == 1 ? "a minute" : "\(minutes) minutes" }
        let hours = Int((seconds / 3600).rounded())
        return hours == 1 ? "an hour" : "\(hours) hours"
    }
}
