import APIErrors
import Accounts
import Foundation
import Hummingbird
import Logging
import Storage

/// What the routes of accounts share: the database, the limits, who is asking.
struct AccountService: Sendable {
    let configuration: AccountConfiguration
    let storage: ServerDatabase
    let accounts: AccountStore
    let results: ResultStore
    let mail: AccountMail
    let hasher: PasswordHasher
    let cookies: AccountCookies
    /// Failed log-ins, and mail that was asked for, by account.
    let accountAttempts: AttemptLimit
    /// Log-ins, registrations and links by the client's address.
    let addressAttempts: AttemptLimit
    let contactForms: AttemptLimit

    /// - Parameter address: for links in mail.
    init(_ configuration: AccountConfiguration, storage: ServerDatabase, limits: UploadLimits, address: ServerAddress) {
        self.configuration = configuration
        self.storage = storage
        accounts = AccountStore(
            storage: storage, sessionSeconds: configuration.sessionSeconds, tokenSeconds: configuration.tokenSeconds,
            resetSeconds: configuration.resetSeconds)
        results = ResultStore(storage: storage, limits: limits.page, keepsPictures: configuration.pictureSeconds > 0)
        mail = AccountMail(
            address: address, tokenSeconds: configuration.tokenSeconds, resetSeconds: configuration.resetSeconds)
        hasher = PasswordHasher(cost: configuration.passwordCost, threads: configuration.passwordThreads)
        cookies = AccountCookies(isSecure: configuration.secureCookies)
        accountAttempts = AttemptLimit(count: configuration.attemptsPerAccount, seconds: 900)
        addressAttempts = AttemptLimit(count: configuration.attemptsPerAddress, seconds: 900)
        contactForms = AttemptLimit(count: configuration.contact.perAddress, seconds: 3600)
    }

    func stop() { hasher.stop() }

    func caller(_ request: Request) async throws -> Caller {
        if let token = cookies.token(cookies.session, of: request), let session = try await accounts.session(token) {
            return Caller(session: session, secret: token, isNew: false)
        }
        let visitor = cookies.token(cookies.visitor, of: request)
        return Caller(session: nil, secret: visitor ?? SecretToken(), isNew: visitor == nil)
    }

    /// Who sends fields, when nothing speaks for another site's having done it.
    ///
    /// A form must carry its page's token. JSON needs none: no browser sends it to another site's server without asking
    /// that server first.
    ///
    /// - Throws: `Refusal` with `forgedRequest`.
    func caller(_ request: Request, sending fields: Fields) async throws -> Caller {
        try RequestOrigin.check(request)
        let caller = try await caller(request)
        if fields.isForm {
            guard !caller.isNew, let token = fields.optional("csrf"), SameText.compare(token, caller.formToken) else {
                throw Refusal(
                    .forgedRequest, "The form is out of date, or not this site's. Load the page again and send it anew."
                )
            }
        }
        return caller
    }

    func clientAddress(_ request: Request, _ context: ServerContext) -> String {
        ClientAddress.of(request, context: context, header: configuration.clientHeader)
    }
}
