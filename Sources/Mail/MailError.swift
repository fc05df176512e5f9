import Foundation

/// What keeps a message from being written or handed over.
public enum MailError: Error, Equatable {
    /// A line end, NUL or other control character in what becomes a header.
    case controlCharacter(field: String)
    case badAddress(field: String)
    /// The id of a message may hold letters, digits, `-` and `_` only.
    case badIdentifier
    /// The server, or the way to it, is not as configured: no message can be sent at present.
    case unreachable(reason: String)
    /// The server said no to this message and may say yes later (4xx).
    case refusedForNow(command: String, code: Int)
    /// The server will never take this message (5xx).
    case refused(command: String, code: Int)
    /// The connection ended in the middle.
    case interrupted(command: String)
    /// The record of deliveries cannot be written or belongs to somebody else.
    case journal(path: String, reason: String)
    /// The process that delivers cannot be started.
    case agent(reason: String)
}

extension MailError: LocalizedError, CustomStringConvertible {
    /// Says nothing of who the mail is for: it may stand in a log.
    public var description: String {
        switch self {
        case .controlCharacter(let field):
            "The mail's \(field) has a line end or control character, which no header may have."
        case .badAddress(let field): "The mail's \(field) is no address such as name@example.org."
        case .badIdentifier: "A mail's id has letters, digits, - and _ only."
        case .unreachable(let reason): "The mail server cannot be used: \(reason)."
        case .refusedForNow(let command, let code):
            "The mail server answered \(code) to \(command): it is to be asked again later."
        case .refused(let command, let code):
            "The mail server answered \(code) to \(command) and will not take this mail."
        case .interrupted(let command): "The connection to the mail server ended at \(command)."
        case .journal(let path, let reason): "\(path): the record of deliveries cannot be kept: \(reason)."
        case .agent(let reason): "The process that delivers mail cannot be started: \(reason)."
        }
    }

    public var errorDescription: String? { description }

    /// Whether asking again is pointless.
    public var isPermanent: Bool {
        switch self {
        case .refused, .controlCharacter, .badAddress, .badIdentifier: true
        case .unreachable, .refusedForNow, .interrupted, .journal, .agent: false
        }
    }
}
