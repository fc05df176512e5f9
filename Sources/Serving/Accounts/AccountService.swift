import APIErrors
import Accounts
import Foundation
import Hummingbird
import Logging
import Storage

/// The services that the routes of accounts share.
struct AccountService: Sendable {
    let configuration: AccountConfiguration
    let storage: ServerDatabase
    let accounts: AccountStore
    let results: ResultStore
    let mail: AccountMail
    let hasher: PasswordHasher
    let cookies: AccountCookies
    let passwordAttempts: PasswordAttempts
    /// Requested messages, by address.
    let messageRequests: AttemptLimit
    /// Logins, registrations and token uses, by client address.
    let addressAttempts: AttemptLimit
    let contactForms: AttemptLimit

    /// - Parameter address: The server's address, for links in messages.
    init(_ configuration: AccountConfiguration, storage: ServerDatabase, limits: UploadLimits, address: ServerAddress) {
        self.configuration = configuration
        self.storage = storage
        accounts = AccountStore(
            storage: storage, sessionSeconds: configuration.sessionSeconds, idleSeconds: configuration.idleSeconds,
            tokenSeconds: configuration.tokenSeconds, resetSeconds: configuration.resetSeconds)
        results = ResultStore(storage: storage, limits: limits.page, keepsPictures: configuration.pictureSeconds > 0)
        mail = AccountMail(
            address: address, tokenSeconds: configuration.tokenSeconds, resetSeconds: configuration.resetSeconds,
            recipients: AttemptLimit(
                storage: storage, kind: "recipient", .window(count: configuration.messagesADay, seconds: 86_400)))
        hasher = PasswordHasher(cost: configuration.passwordCost, threads: configuration.passwordThreads)
        cookies = AccountCookies(isSecure: configuration.secureCookies)
        messageRequests = AttemptLimit(
            storage: storage, kind: "message", .window(count: configuration.attemptsPerAccount, seconds: 900))
        addressAttempts = AttemptLimit(
            storage: storage, kind: "address", .window(count: configuration.attemptsPerAddress, seconds: 900))
        passwordAttempts = PasswordAttempts(
            storage: storage, count: configuration.attemptsPerAccount, addresses: addressAttempts)
        contactForms = AttemptLimit(
            storage: storage, kind: "contact", .window(count: configuration.contact.perAddress, seconds: 3600))
    }

    func stop() { hasher.stop() }

    func caller(_ request: Request) async throws -> Caller {
        if let token = cookies.token(cookies.session, of: request), let session = try await accounts.session(token) {
            return Caller(session: session, secret: token, isNew: false)
        }
        let visitor = cookies.token(cookies.visitor, of: request)
        return Caller(session: nil, secret: visitor ?? SecretToken(), isNew: visitor == nil)
    }

    /// Returns the caller of a request with fields, and rejects cross-site requests.
    ///
    /// A form must contain the token of its page. JSON needs no token, because browsers do not send it to another site
    /// without a preflight request.
    ///
    /// - Throws: `APIError` with `forgedRequest`.
    func caller(_ request: Request, sending fields: Fields) async throws -> Caller {
        try RequestOrigin.check(request)
        let caller = try await caller(request)
        if fields.isForm {
            guard !caller.isNew, let token = fields.optional("csrf"), SameText.compare(token, caller.formToken) else {
                throw APIError(.forgedRequest, "This form has expired. Reload the page and try again.")
            }
        }
        return caller
    }

    /// Returns the client's network, for which attempts are counted.
    func clientAddress(_ request: Request, _ context: ServerContext) -> String {
        ClientAddress.network(
            ClientAddress.address(of: request, context: context, header: configuration.clientHeader))
    }

    /// Whether an account may log in from the client's address.
    func allows(_ role: Session.Role, _ request: Request, _ context: ServerContext) -> Bool {
        guard role == .clinician, let networks = configuration.clinicianNetworks else { return true }
        let address = ClientAddress.address(of: request, context: context, header: configuration.clientHeader)
        return networks.contains { $0.contains(address) }
    }
}
