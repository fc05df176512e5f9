import ConfigurationKeys
import Foundation
import LinearAlgebra
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
    /// The networks from which clinicians can log in; nil for all.
    var clinicianNetworks: [ClientNetwork]?
    public var sessionSeconds: Double
    /// The time without a request after which a session ends.
    public var idleSeconds: Double
    public var tokenSeconds: Double
    /// The validity of password reset links.
    public var resetSeconds: Double
    /// The cost of bcrypt.
    public var passwordCost: Int
    public var passwordThreads: Int
    public var attemptsPerAccount: Int
    public var attemptsPerAddress: Int
    /// The limit of messages of all kinds in 24 hours to one recipient.
    public var messagesADay: Int
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
        guard secureCookies || Self.isOnThisMachine(settings.text("host"), publicURL: publicURL) else {
            throw settings.badValue(
                "accounts.secure_cookies",
                expected: "true unless host and accounts.public_url are on this machine")
        }
        clinicianNetworks = try settings.optional("accounts.clinician_networks").map { text in
            try text.split(separator: ",").map { part in
                guard let network = ClientNetwork(part.trimmingCharacters(in: .whitespaces)) else {
                    throw settings.badValue(
                        "accounts.clinician_networks",
                        expected: "off, or networks with commas between them, such as 10.0.0.0/8, 2001:db8::/32")
                }
                return network
            }
        }
        clientHeader = settings.optional("accounts.client_header")
        sessionSeconds = try settings.number("accounts.session_hours") * 3600
        idleSeconds = try settings.number("accounts.idle_hours") * 3600
        tokenSeconds = try settings.number("accounts.token_hours") * 3600
        resetSeconds = try settings.number("accounts.reset_hours") * 3600
        passwordCost = try settings.integer("accounts.password_cost")
        passwordThreads =
            try settings.integer("accounts.password_threads", or: "auto")
            ?? max(1, Cores.count * 3 / 4)
        attemptsPerAccount = try settings.integer("accounts.attempts_per_account")
        attemptsPerAddress = try settings.integer("accounts.attempts_per_address")
        messagesADay = try settings.integer("mail.messages_a_day")
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

    /// Whether only programs on this machine reach the server, as plain HTTP with cookies needs.
    private static func isOnThisMachine(_ host: String, publicURL: String?) -> Bool {
        func isLoopback(_ host: String) -> Bool {
            let host = host.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
            return ["localhost", "::1"].contains(host) || ClientNetwork("127.0.0.0/8")?.contains(host) ?? false
        }
        guard isLoopback(host) else { return false }
        guard let publicURL, let url = URL(string: publicURL) else { return true }
        return url.scheme == "http" && isLoopback(url.host ?? "")
    }
}

extension Settings {
    /// Returns the value of a setting; nil for `off` or an empty value.
    fileprivate func optional(_ key: String) -> String? {
        let value = text(key)
        return ["off", ""].contains(value) ? nil : value
    }
}
