import Foundation
import Logging

/// Delivers what is due in the outbox, each message once, and ends.
///
/// It runs in a process of its own (`heartsense-server deliver`): whoever kills the server does not interrupt a
/// conversation with a mail server. Killed itself, it leaves one message behind at most, and the journal says where that
/// one was:
///
/// | last note        | the mail server has | so at the next start                                         |
/// |------------------|---------------------|--------------------------------------------------------------|
/// | none of it       | no whole message    | it is sent again                                             |
/// | `ending`         | the whole message   | it is not sent again, and said to be unconfirmed             |
/// | `accepted`       | accepted it         | it is sent                                                   |
/// | `refused`        | refused it          | it is sent again                                             |
///
/// SMTP has no question for "do you have this one?", so that something remains. Killed in the few instructions between
/// the note `ending` and the call that hands the kernel the last three bytes, the agent loses that message, and a server
/// that refuses a message after its end does so unheard if the agent is killed just then: both are shown as
/// `unconfirmed`, not as sent. Where not the agent but the connection dies behind the end of a message, the server may
/// well not have it, and the message is sent again, as every mail server does it, with the same `Message-ID`.
public struct MailAgent {
    let outbox: Outbox
    let settings: MailSettings
    let logger: Logger
    /// Asked between messages.
    let shouldStop: @Sendable () -> Bool

    public init(
        outbox: Outbox, settings: MailSettings, logger: Logger,
        shouldStop: @escaping @Sendable () -> Bool = { false }
    ) {
        (self.outbox, self.settings, self.logger, self.shouldStop) = (outbox, settings, logger, shouldStop)
    }

    /// - Returns: how many messages were handed over; nil if another agent is at it.
    /// - Throws: `MailError.journal`, `DatabaseError`: nothing is lost by it.
    @discardableResult
    public func run() throws -> Int? {
        guard let journal = try DeliveryJournal(path: settings.journal) else { return nil }
        if let id = try outbox.recover(try journal.note()) {
            logger.warning("mail unconfirmed: the agent was killed at its end", metadata: ["mail_id": "\(id)"])
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
                // Its account was deleted meanwhile, and its mail with it.
                if !isKnown { try delivery.withdraw(claim.message) }
                logger.info("mail sent", metadata: ["mail_id": "\(claim.message.id)"])
                delivered += 1
            } catch {
                guard try end(claim, after: error) else { break }
            }
        }
        return delivered
    }

    /// Puts a message back, or gives it up.
    ///
    /// - Returns: whether it is worth trying others.
    private func end(_ claim: Outbox.Claim, after error: any Error) throws -> Bool {
        // What a database or file error says may name files; the log gets kinds, ids and codes.
        let reason = (error as? MailError)?.description ?? "The mail could not be handed over: \(type(of: error))."
        logger.warning("mail not sent", metadata: ["mail_id": "\(claim.message.id)", "reason": "\(reason)"])
        let isTooOld = Date().timeIntervalSince(claim.created) > MailSettings.secondsBeforeGivingUp
        if isTooOld || (error as? MailError)?.isPermanent ?? false {
            _ = try persist { try outbox.settle(row: claim.row, attempt: claim.attempt, as: .failed, error: reason) }
            return true
        }
        let due = Date(timeIntervalSinceNow: settings.delay(afterAttempt: claim.attempt))
        // Refused for now is this message; anything else would happen to the next one as well.
        var isAboutThisOne = false
        if case MailError.refusedForNow = error { isAboutThisOne = true }
        try persist {
            try outbox.postpone(
                row: claim.row, attempt: claim.attempt, until: due, others: !isAboutThisOne, error: reason)
        }
        return isAboutThisOne
    }

    /// The end of an attempt is recorded however long the database is locked or the disk full; should this process end
    /// before, the journal knows.
    private func persist<Value>(_ body: () throws -> Value) throws -> Value {
        while true {
            do { return try body() } catch {
                if shouldStop() { throw error }
                logger.error("the outbox cannot be written", metadata: ["type": "\(type(of: error))"])
                Thread.sleep(forTimeInterval: 1)
            }
        }
    }
}

/// Messages on their way: over one connection, or into a folder.
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
                // Accepted is accepted, even if this note should fail.
                try? journal.put(note(.accepted), flushed: true)
                self.session = session
            } catch {
                try journal.put(note(.refused))
                switch error {
                case MailError.refused, MailError.refusedForNow:
                    // A session that cannot forget the message is not used again.
                    if (try? session.reset()) != nil { self.session = session }
                default: break
                }
                throw error
            }
        }
    }

    /// Takes back what is still on this machine.
    func withdraw(_ message: MailMessage) throws {
        try settings.folder?.remove([message.id])
    }

    mutating func end() {
        session?.quit()
        session = nil
    }
}
