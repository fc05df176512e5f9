import APIErrors
import Foundation
import Hummingbird
import Logging

/// A security event of an account, as a line of the log.
///
/// The line has the number of the account in the database and the network of the client. It has no address, password or
/// token.
public enum SecurityEvent: String, CaseIterable, Sendable {
    case loggedIn = "logged_in"
    case loginFailed = "login_failed"
    case loggedOut = "logged_out"
    case tooManyAttempts = "too_many_attempts"
    case invalidToken = "invalid_token"
    case passwordChanged = "password_changed"
    case passwordReset = "password_reset"
    case trainingChanged = "training_changed"
    case dataExported = "data_exported"
    case accountDeleted = "account_deleted"
    case roleChanged = "role_changed"

    /// Returns the event of an error; nil for other errors.
    init?(_ error: APIError) {
        switch error.code {
        case .wrongCredentials: self = .loginFailed
        case .tooManyAttempts: self = .tooManyAttempts
        case .invalidToken: self = .invalidToken
        default: return nil
        }
    }

    private var level: Logger.Level {
        switch self {
        case .loginFailed, .tooManyAttempts, .invalidToken: .warning
        default: .notice
        }
    }

    /// Returns the network of an address for the log: the first 24 bits of IPv4, and 48 bits of IPv6. Other text is
    /// `unknown`.
    static func network(of address: String) -> String {
        let plain = address.lowercased().hasPrefix("::ffff:") ? String(address.dropFirst(7)) : address
        var four = in_addr()
        if inet_pton(AF_INET, plain, &four) == 1 {
            return plain.split(separator: ".").prefix(3).joined(separator: ".") + ".0/24"
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, address, &six) == 1 else { return "unknown" }
        let bytes = withUnsafeBytes(of: &six) { Array($0) }
        let groups = [0, 2, 4].map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":") + "::/48"
    }

    /// Writes the line.
    ///
    /// - Parameters:
    ///   - account: The number of the account; nil if there is none.
    ///   - details: Further fields, such as the network of the client.
    public func log(account: Int64?, _ details: Logger.Metadata, to logger: Logger) {
        let fields: Logger.Metadata = ["event": "\(rawValue)", "account": "\(account.map { "\($0)" } ?? "none")"]
        logger.log(level: level, "security event", metadata: fields.merging(details) { first, _ in first })
    }
}

extension AccountService {
    /// Logs an event of a request.
    func log(_ event: SecurityEvent, account: Int64?, _ request: Request, _ context: ServerContext) {
        let address = ClientAddress.address(of: request, context: context, header: configuration.clientHeader)
        event.log(account: account, ["network": "\(SecurityEvent.network(of: address))"], to: context.logger)
    }
}
