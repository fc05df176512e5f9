import ConfigurationKeys
import Foundation
import Mail

/// The settings of accounts.
public struct AccountConfiguration: Equatable, Sendable {
    /// The database file.
    public var database: String
    public var databaseBytes: Int?
    /// The public address without a trailing slash; nil for the address that the server listens on.
    public var publicURL: String?
    public var secureCookies: Bool
    /// The header in which a proxy sends the client's address.
    public var clientHeader: String?
    public var sessionSeconds: Double
    public var tokenSeconds: Double
    /// The validity of password reset links.
    public var resetSeconds: Double
    /// The cost of bcrypt.
    public var passwordCost: Int
    public var passwordThreads: Int
    public var attemptsPerAccount: Int
    public var attemptsPerAddress: Int
    public var resultSeconds: Double
    /// The retention of pictures; 0 if they are not stored.
    public var pictureSeconds: Double
    public var contact: Contact
    /// Whether clinicians see the model's answer after their own.
    public var reviewsBlind: Bool

    /// The settings of the contact form.
    public struct Contact: Equatable, Sendable {
        public var recipient: MailAddress?
        /// The limit of messages per hour and client address.
        public var perAddress: Int
        /// The minimum time between opening and sending the form.
        public var seconds: Double
    }

    /// Reads the settings; nil without a database.
    ///
    /// - Throws: `ConfigurationError`.
    init?(_ settings: Settings) throws {
        guard let database = settings.optional("database") else { return nil }
        self.database = database
        databaseBytes = try settings.optional("limits.database_bytes").map { _ in
            try settings.integer("limits.database_bytes")
        }
        publicURL = try settings.optional("accounts.public_url").map { text in
            guard let url = URL(string: text), ["http", "https"].contains(url.scheme), url.host?.isEmpty == false,
                url.query == nil, url.fragment == nil
            else { throw settings.badValue("accounts.public_url", expected: "a URL such as https://ecg.example.org") }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        secureCookies = try settings.flag("accounts.secure_cookies")
        clientHeader = settings.optional("accounts.client_header")
        sessionSeconds = try settings.number("accounts.session_hours") * 3600
        tokenSeconds = try settings.number("accounts.token_hours") * 3600
        resetSeconds = try settings.number("accounts.reset_hours") * 3600
        passwordCost = try settings.integer("accounts.password_cost")
        passwordThreads =
            try settings.integer("accounts.password_threads", or: "auto")
            ?? max(1, ProcessInfo.processInfo.activeProcessorCount * 3 / 4)
        attemptsPerAccount = try settings.integer("accounts.attempts_per_account")
        attemptsPerAddress = try settings.integer("accounts.attempts_per_address")
        resultSeconds = try settings.number("retention.account_result_days") * 86_400
        pictureSeconds = try settings.number("retention.account_picture_days") * 86_400
        reviewsBlind = settings.text("review.answer") == "after"
        contact = Contact(
            recipient: try settings.optional("contact.recipient").map { text in
                guard let address = MailAddress(text) else {
                    throw settings.badValue("contact.recipient", expected: "an e-mail address")
                }
                return address
            }, perAddress: try settings.integer("contact.per_address"),
            seconds: try settings.number("contact.seconds"))
    }
}

extension Settings {
    /// Returns the value of a setting; nil for `off` or an empty value.
    fileprivate func optional(_ key: String) -> String? {
        let value = text(key)
        return ["off", ""].contains(value) ? nil : value
    }
}
