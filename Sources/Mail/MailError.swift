import Foundation

/// A reason why a message cannot be created or delivered.
public enum MailError: Error, Equatable {
    /// A line break, NUL or other control character in a header.
    case controlCharacter(field: String)
    case badAddress(field: String)
    /// The id of a message contains other characters than letters, digits, `-` and `_`.
    case badIdentifier
    /// The server cannot be used as configured. No message can be sent at present.
    case unreachable(reason: String)
    /// The server has rejected the message temporarily (4xx).
    case refusedForNow(command: String, code: Int)
    /// The server has rejected the message permanently (5xx).
    case refused(command: String, code: Int)
    /// The connection ended before the reply.
    case interrupted(command: String)
    /// The journal of deliveries cannot be written, or the file has other content.
    case journal(path: String, reason: String)
    /// The delivery process cannot be started.
    case agent(reason: String)
}

extension MailError: LocalizedError, CustomStringConvertible {
    /// A sentence without the recipient, because it may appear in the log.
    public var description: String {
        switch self {
        case .controlCharacter(let field):
            "The mail's \(field) contains a line break or control character, which is not allowed in a header."
        case .badAddress(let field): "The mail's \(field) is not a valid address. Expected the form name@example.org."
        case .badIdentifier: "The id of a mail may contain only letters, digits, '-' and '_'."
        case .unreachable(let reason): "The mail server cannot be used: \(reason)."
        case .refusedForNow(let command, let code):
            "The mail server replied \(code) to \(command). The mail will be tried again later."
        case .refused(let command, let code):
            "The mail server replied \(code) to \(command) and will not accept this mail."
        case .interrupted(let command): "The connection to the mail server ended at \(command)."
        case .journal(let path, let reason): "\(path): the delivery journal cannot be used: \(reason)."
        case .agent(let reason): "The mail delivery process cannot be started: \(reason)."
        }
    }

    public var errorDescription: String? { description }

    /// Whether another attempt would fail too.
    public var isPermanent: Bool {
        switch self {
        case .refused, .controlCharacter, .badAddress, .badIdentifier: true
        case .unreachable, .refusedForNow, .interrupted, .journal, .agent: false
        }
    }
}
