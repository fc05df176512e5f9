import APIErrors
import Accounts
import Foundation
import Hummingbird

/// The routes for registration, login, logout and password change.
struct AccountRoutes: Sendable {
    let service: AccountService
    let negotiation: ContentNegotiation

    /// The message for a logged-in account.
    static let wrongPassword = "That password is not correct."

    /// `{"status": "…"}`.
    struct Status: Encodable { let status: String }

    struct LoggedIn: Encodable {
        let email: String
        let role: String
        let training: Bool
    }

    func add(to routes: inout RouteTable) {
        routes.handle("registerPage") { try await negotiation.page(.register, request: $0, context: $1) }
        routes.handle("loginPage") { try await negotiation.page(.login, request: $0, context: $1) }
        // Opening a link changes nothing, because mail programs may open links automatically.
        routes.handle("verifyPage") { request, context in
            try await negotiation.page(
                ofLink: .verify, withoutLink: .newLink, request: request, context: context)
        }
        routes.handle("register") { try await register($0, $1) }
        routes.handle("verify") { try await verify($0, $1) }
        routes.handle("login") { try await logIn($0, $1) }
        routes.handle("logout") { try await logOut($0, $1) }
        routes.handle("password") { try await changePassword($0, $1) }
    }

    private func register(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: ["email", "password"], form: .register) {
            fields, _ in
            let address = try fields.address("email")
            let password = try fields.required("password")
            try PasswordRule.check(password, address: address.description)
            try await service.addressAttempts.take(service.clientAddress(request, context))
            // Limits the messages that one address can receive.
            try await service.messageRequests.take("register \(address)")
            let hash = try await service.hasher.hash(password)
            try await service.accounts.register(address, password: hash, mail: service.mail)
            return .init(
                .notice(
                    AccountNotice(
                        title: "Check your e-mail",
                        text:
                            "We've sent you a message. Open the link in it to confirm your e-mail address. If nothing "
                            + "arrives, check your spam folder.", links: [AccountForm.newLinkPage])
                ), Status(status: "mail_sent"), status: .accepted)
        }
    }

    private func verify(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(
            to: request, context: context, fields: ["token"], form: .verify, formWithoutLink: .newLink
        ) { fields, _ in
            try await service.addressAttempts.take(service.clientAddress(request, context))
            guard let token = SecretToken(try fields.required("token")) else {
                throw APIError(.invalidToken)
            }
            try await service.accounts.verify(token)
            return .init(
                .notice(
                    AccountNotice(
                        title: "Your address is confirmed",
                        text: "Your account is ready. Log in with the password you chose when signing up.",
                        links: [.init(place: "/login", words: "Log in")])), Status(status: "verified"))
        }
    }

    private func logIn(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: ["email", "password"], form: .login) {
            fields, _ in
            let address = try fields.address("email")
            let password = try fields.required("password")
            let credentials = try await service.accounts.credentials(address)
            var device: SecretToken?
            if let credentials, let token = service.cookies.token(service.cookies.device, of: request),
                try await service.accounts.isKnown(token, of: credentials.user)
            {
                device = token
            }
            let checked = try await check(
                password, credentials, email: address.description,
                origin: device.map { .device($0) } ?? .network(service.clientAddress(request, context)))
            guard service.allows(checked.role, request, context) else { throw APIError(.networkNotAllowed) }
            let isOutdated = checked.password.map { PasswordHash.isOutdated($0, cost: service.hasher.cost) } ?? false
            let newDevice = device == nil ? SecretToken() : nil
            let token = try await service.accounts.logIn(
                checked, rehashed: isOutdated ? try await service.hasher.hash(password) : nil,
                replacing: service.cookies.token(service.cookies.session, of: request),
                device: DeviceName.words(request.headers[.userAgent] ?? ""), newDevice: newDevice)
            let session = try await service.accounts.session(token)
            var outcome = ContentNegotiation.Outcome(
                .place("/history"),
                LoggedIn(
                    email: address.description, role: (session?.role ?? .user).rawValue,
                    training: session?.training ?? false))
            outcome.cookies = [sessionCookie(token)]
            outcome.event = (.loggedIn, account: checked.user)
            if let newDevice {
                outcome.cookies.append { [cookies = service.cookies] in
                    cookies.set(cookies.device, newDevice, seconds: AccountStore.deviceSeconds, in: &$0)
                }
            }
            return outcome
        }
    }

    /// Checks a password. The response and its time are the same for a wrong password, an unknown address and an
    /// unconfirmed one.
    ///
    /// - Parameter reason: The message for a wrong password; nil for that of the code.
    /// - Returns: The verified `credentials`.
    /// - Throws: `APIError` with `wrongCredentials` or `tooManyAttempts`.
    func check(
        _ password: String, _ credentials: AccountStore.Credentials?, email: String, origin: PasswordAttempts.Origin,
        message reason: String? = nil
    ) async throws -> AccountStore.Credentials {
        try await service.passwordAttempts.take(email, from: origin)
        let fits = try await service.hasher.matches(password, credentials?.password)
        guard fits, let credentials else { throw APIError(.wrongCredentials, reason) }
        try await service.passwordAttempts.succeed(email, from: origin)
        return credentials
    }

    private func logOut(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: [], form: .login) { _, caller in
            if let session = caller.session { try await service.accounts.logOut(session.token) }
            var outcome = ContentNegotiation.Outcome(.place("/"), Status(status: "logged_out"))
            outcome.cookies = [sessionCookie(nil)]
            if caller.session != nil { outcome.event = (.loggedOut, account: nil) }
            return outcome
        }
    }

    private func changePassword(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(
            to: request, context: context, fields: ["current_password", "new_password"], form: .password
        ) { fields, caller in
            let session = try caller.account()
            let new = try fields.required("new_password")
            try PasswordRule.check(new, address: session.email)
            let credentials = try await service.accounts.credentials(user: session.user)
            let checked = try await check(
                try fields.required("current_password"), credentials, email: session.email, origin: .session,
                message: Self.wrongPassword)
            let token = try await service.accounts.setPassword(
                try await service.hasher.hash(new), of: checked,
                device: DeviceName.words(request.headers[.userAgent] ?? ""), mail: service.mail)
            var outcome = ContentNegotiation.Outcome(
                .notice(
                    AccountNotice(
                        title: "Your password has been changed",
                        text: "You stay logged in on this device and are logged out everywhere else.",
                        links: [.init(place: "/account", words: "Back to your account")])),
                Status(status: "password_changed"))
            outcome.cookies = [sessionCookie(token)]
            outcome.event = (.passwordChanged, account: nil)
            let renewed = try await service.accounts.session(token)
            outcome.navigation = Navigation(Caller(session: renewed, secret: token, isNew: false))
            return outcome
        }
    }

    /// Returns a change of a response that sets the session's cookie or, without a token, ends the session in the browser.
    func sessionCookie(_ token: SecretToken?) -> (inout Response) -> Void {
        let service = service
        return {
            service.cookies.set(
                service.cookies.session, token, seconds: service.configuration.sessionSeconds, in: &$0)
            // Not cookies, because the browser stays a known device.
            if token == nil { $0.headers[.clearSiteData] = "\"cache\", \"storage\"" }
        }
    }
}
