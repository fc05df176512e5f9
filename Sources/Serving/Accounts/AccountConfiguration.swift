import ConfigurationKeys
import Foundation
import Mail

/// How accounts are kept.
public struct AccountConfiguration: Equatable, Sendable {
    /// The file.
    public var database: String
    public var databaseBytes: Int?
    /// Without a slash at the end; nil for the address that the server listens on.
    public var publicURL: String?
    public var secureCookies: Bool
    /// In which a proxy names the client.
    public var clientHeader: String?
    public var sessionSeconds: Double
    public var tokenSeconds: Double
    /// That a link to a new password can be used.
    public var resetSeconds: Double
    /// Of bcrypt.
    public var passwordCost: Int
    public var passwordThreads: Int
    public var attemptsPerAccount: Int
    public var attemptsPerAddress: Int
    public var resultSeconds: Double
    /// 0: an account's pictures are not kept.
    public var pictureSeconds: Double
    public var contact: Contact

    /// How the contact form is handled.
    public struct Contact: Equatable, Sendable {
        public var recipient: MailAddress?
        /// Within an hour.
        public var perAddress: Int
        /// That filling in takes at least.
        public var seconds: Double
    }

    /// Nil where there is no database.
    ///
    /// - Throws: `ServerConfigurationError`.
    init?(_ settings: ServerSettings) throws {
        guard let database = settings.optional("database") else { return nil }
        self.database = database
        databaseBytes = try settings.optional("limits.database_bytes").map { _ in
            try settings.integer("limits.database_bytes", 1 << 16 ... 1 << 50)
        }
        publicURL = try settings.optional("accounts.public_url").map { text in
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false,
                url.query == nil, url.fragment == nil
            else { throw settings.badValue("accounts.public_url", expected: "such as https://ecg.example.org") }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        switch settings.text("accounts.secure_cookies") {
        case "true": secureCookies = true
        case "false": secureCookies = false
        default: throw settings.badValue("accounts.secure_cookies", expected: "true or false")
        }
        clientHeader = settings.optional("accounts.client_header")
        sessionSeconds = try settings.number("accounts.session_hours", 0.0001 ... 8760) * 3600
        tokenSeconds = try settings.number("accounts.token_hours", 0.0001 ... 8760) * 3600
        resetSeconds = try settings.number("accounts.reset_hours", 0.0001 ... 8760) * 3600
        passwordCost = try settings.integer("accounts.password_cost", 4 ... 18)
        passwordThreads =
            settings.text("accounts.password_threads") == "auto"
            ? max(1, ProcessInfo.processInfo.activeProcessorCount * 3 / 4)
            : try settings.integer("accounts.password_threads", 1 ... 256)
        attemptsPerAccount = try settings.integer("accounts.attempts_per_account", 1 ... 1_000_000)
        attemptsPerAddress = try settings.integer("accounts.attempts_per_address", 1 ... 1_000_000)
        resultSeconds = try settings.number("retention.account_result_days", 0.00001 ... 36_500) * 86_400
        pictureSeconds = try settings.number("retention.account_picture_days", 0 ... 36_500) * 86_400
        contact = Contact(
            recipient: try settings.optional("contact.recipient").map { text in
                guard let address = MailAddress(text) else {
                    throw settings.badValue("contact.recipient", expected: "an e-mail address")
                }
                return address
            }, perAddress: try settings.integer("contact.per_address", 1 ... 1_000_000),
            seconds: try settings.number("contact.seconds", 0 ... 60))
    }
}

extension ServerSettings {
    /// Nil for `off` and nothing.
    fileprivate func optional(_ key: String) -> String? {
        let value = text(key)
        return ["off", ""].contains(value) ? nil : value
    }
}
