import ConfigurationKeys
import Foundation

/// The settings for sending mail: the keys `mail.…` of the configuration.
public struct MailSettings: Equatable, Sendable {
    /// The path of the database.
    public var database: String
    public var transport: MailTransport
    public var sender: MailAddress
    /// The time until the second attempt. It doubles with each further attempt, up to four hours.
    public var retrySeconds: Double
    /// The limit of reports in 24 hours for an account or an address.
    public var reportsADay: Int

    /// The usual time limit of mail servers.
    static let secondsBeforeGivingUp = 5.0 * 86_400

    /// The folder for messages; nil if they are sent by SMTP.
    package var folder: MailFolder? {
        if case .folder(let path) = transport { MailFolder(path: path) } else { nil }
    }

    /// The path of the `DeliveryJournal`, next to the database.
    var journal: String { "\(database)-delivery" }

    func delay(afterAttempt attempt: Int64) -> Double {
        min(4 * 3600, retrySeconds * pow(2, Double(min(attempt, 30) - 1)))
    }

    /// Reads the settings; nil without a database.
    ///
    /// - Throws: `ConfigurationError`.
    package init?(_ settings: Settings) throws {
        let database = settings.text("database")
        guard !["off", ""].contains(database) else { return nil }
        guard let sender = MailAddress(settings.text("mail.sender")) else {
            throw settings.badValue("mail.sender", expected: "an address such as heartsense@example.org")
        }
        (self.database, self.sender) = (database, sender)
        retrySeconds = try settings.number("mail.retry_seconds")
        reportsADay = try settings.integer("mail.reports_a_day")
        if let server = try Self.server(settings) {
            transport = .server(server)
        } else {
            let folder = settings.text("mail.folder")
            transport = .folder(folder == "auto" ? "\(database).mail" : folder)
        }
    }

    /// The environment variables with which another process reads the same settings.
    var environment: [String: String] {
        var values = [
            "database": database, "mail.sender": "\(sender)", "mail.retry_seconds": "\(retrySeconds)",
            "mail.reports_a_day": "\(reportsADay)",
        ]
        switch transport {
        case .folder(let path):
            values["mail.server"] = "off"
            values["mail.folder"] = path
        case .server(let server):
            let host = server.host.contains(":") ? "[\(server.host)]" : server.host
            values["mail.server"] = "\(server.encryption == .immediate ? "smtps" : "smtp")://\(host):\(server.port)"
            values["mail.encryption"] = server.encryption == .none ? "off" : "required"
            values["mail.user"] = server.user
            values["mail.password"] = server.password
            values["mail.authorities"] = server.authorities ?? "system"
            values["mail.seconds"] = "\(server.seconds)"
        }
        var variables: [String: String] = [:]
        for key in ServerKeys.table.keys {
            guard let value = values[key.path] else { continue }
            variables[key.variable] = value
            // The value replaces that of the file.
            if key.isSecret { variables[key.fileVariable] = "" }
        }
        return variables
    }

    /// Reads the server; nil if none is configured.
    private static func server(_ settings: Settings) throws -> SMTPServer? {
        let key = "mail.server"
        let text = settings.text(key)
        if ["off", ""].contains(text) { return nil }
        let wanted = "off, smtp://HOST:PORT (STARTTLS) or smtps://HOST:PORT (TLS from the start)"
        guard let address = URLComponents(string: text), let scheme = address.scheme, let host = address.host,
            !host.isEmpty, ["smtp", "smtps"].contains(scheme), ["", "/"].contains(address.path), address.user == nil,
            address.password == nil, address.query == nil, address.fragment == nil
        else { throw settings.badValue(key, expected: wanted) }
        let bare = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let encryption: SMTPServer.Encryption
        switch settings.text("mail.encryption") {
        case "required": encryption = scheme == "smtps" ? .immediate : .upgraded
        case "off" where ["127.0.0.1", "::1", "localhost"].contains(bare) && scheme == "smtp": encryption = .none
        default:
            throw settings.badValue(
                "mail.encryption", expected: "required, or off for a server at smtp://127.0.0.1, [::1] or localhost")
        }
        let authorities = settings.text("mail.authorities")
        return SMTPServer(
            host: bare, port: address.port ?? (scheme == "smtps" ? 465 : 587), encryption: encryption,
            user: settings.text("mail.user"), password: settings.text("mail.password"),
            authorities: authorities == "system" ? nil : authorities,
            seconds: try settings.number("mail.seconds"))
    }
}

/// The destination of messages.
public enum MailTransport: Equatable, Sendable {
    case server(SMTPServer)
    /// A folder, with a file `ID.eml` for each message.
    case folder(String)
}
