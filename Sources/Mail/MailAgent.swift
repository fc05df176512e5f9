import Foundation
import Logging

/// Delivers the due messages of the outbox, each once, and ends.
///
/// It runs in a separate process (`heartsense-server deliver`), so that killing the server does not interrupt an SMTP
/// session. If the process itself is killed, at most one message is affected. Its journal determines what happens at the
/// next start:
///
/// | last note  | state at the mail server | at the next start                          |
/// |------------|--------------------------|--------------------------------------------|
/// | none       | incomplete message       | it is sent again                           |
/// | `ending`   | complete message         | it is marked `unconfirmed`, not sent again |
/// | `accepted` | accepted                 | it is marked `sent`                        |
/// | `refused`  | rejected                 | it is sent again                           |
///
/// SMTP cannot query whether a message arrived, so two gaps remain. A process killed between the note `ending` and the
/// call that sends the last three bytes loses the message. A rejection after the end of a message is lost if the process
/// is killed just then. Both messages are marked `unconfirmed`, not `sent`.
///
/// If only the connection ends after the end of a message, the message is sent again with the same `Message-ID`, as other
/// mail servers do.
public struct MailAgent {
    let outbox: Outbox
    let settings: MailSettings
    let logger: Logger
    /// Checked between messages.
    let shouldStop: @Sendable () -> Bool

    public init(
        outbox: Outbox, settings: MailSettings, logger: Logger,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.outbox, self.settings, self.logger, self.shouldStop) = (outbox, settings, logger, shouldStop)
    }

    /// - Returns: The number of delivered messages; nil if another process is delivering.
    /// - Throws: `MailError.journal`, `DatabaseError`. No message is lost.
    @discardableResult
    public func run() throws -> Int? {
        guard let journal = try DeliveryJournal(path: settings.journal) else { return nil }
        if let id = try outbox.recover(try journal.note()) {
            logger.warning(
                "mail unconfirmed, because the process was killed at its end", metadata: ["mail_id": "\(id)"])
        }
        var delivery = Delivery(settings: settings)
        defer { delivery.end() }
        var delivered = 0
        while !shouldStop(), let claim = try outbox.claim(now: Date(), sender: settings.sender) {
            do {
                try delivery.deliver(claim, journal: journal)
                let isKnown = try persist {
                    try outbox.settle(row: claim.row, attempt: claim.attempt, as: .sent) != nil
                }
                // The account and its messages were deleted meanwhile.
                if !isKnown { try delivery.withdraw(claim.message) }
                logger.info("mail sent", metadata: ["mail_id": "\(claim.message.id)"])
                delivered += 1
            } catch {
                guard try end(claim, after: error) else { break }
            }
        }
        return delivered
    }

    /// Schedules another attempt, or gives the message up.
    ///
    /// - Returns: Whether to continue with other messages.
    private func end(_ claim: Outbox.Claim, after error: any Error) throws -> Bool {
        // Database and file errors may name files. The log contains only kinds, ids and codes.
        let reason = (error as? MailError)?.description ?? "The mail could not be delivered: \(type(of: error))."
        logger.warning("mail not sent", metadata: ["mail_id": "\(claim.message.id)", "reason": "\(reason)"])
        let isTooOld = Date().timeIntervalSince(claim.created) > MailSettings.secondsBeforeGivingUp
        if isTooOld || (error as? MailError)?.isPermanent ?? false {
            _ = try persist { try outbox.settle(row: claim.row, attempt: claim.attempt, as: .failed, error: reason) }
            return true
        }
        let due = Date(timeIntervalSinceNow: settings.delay(afterAttempt: claim.attempt))
        // A temporary rejection concerns this message only; other errors would affect the next message too.
        var isAboutThisOne = false
        if case MailError.refusedForNow = error { isAboutThisOne = true }
        try persist {
            try outbox.postpone(
                row: claim.row, attempt: claim.attempt, until: due, others: !isAboutThisOne, error: reason)
        }
        return isAboutThisOne
    }

    /// Records the end of an attempt, and retries while the database is locked or the disk is full. If the process ends
    /// before, the journal has the state.
    private func persist<Value>(_ body: () throws -> Value) throws -> Value {
        while true {
            do { return try body() } catch {
                if shouldStop() { throw error }
                logger.error("writing the outbox failed", metadata: ["type": "\(type(of: error))"])
                Thread.sleep(forTimeInterval: 1)
            }
        }
    }
}

/// The delivery of messages over one connection, or into a folder.
private struct Delivery {
    let settings: MailSettings
    private var session: SMTPSession?

    init(settings: MailSettings) { self.settings = settings }

    mutating func deliver(_ claim: Outbox.Claim, journal: DeliveryJournal) throws {
        switch settings.transport {
        case .folder(let path): try MailFolder(path: path).deliver(claim.message)
        case .server(let server):
            let data = try claim.message.data()
            let session = try session ?? SMTPSession(server, name: settings.sender.domain)
            self.session = nil
            func note(_ state: DeliveryJournal.State) -> DeliveryJournal.Note {
                .init(message: claim.row, attempt: claim.attempt, state: state)
            }
            do {
                try session.send(data, from: settings.sender, to: claim.message.to) { try journal.put(note(.ending)) }
                // The message is accepted even if writing this note fails.
                try? journal.put(note(.accepted), flushed: true)
                self.session = session
            } catch {
                try journal.put(note(.refused))
                switch error {
                case MailError.refused, MailError.refusedForNow:
                    // A session that cannot reset is not used again.
                    if (try? session.reset()) != nil { self.session = session }
                default: break
                }
                throw error
            }
        }
    }

    /// Removes the message's file if mail is delivered to a folder.
    func withdraw(_ message: MailMessage) throws {
        try settings.folder?.remove([message.id])
    }

    mutating func end() {
        session?.quit()
        session = nil
    }
}
