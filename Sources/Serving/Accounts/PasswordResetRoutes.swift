import APIErrors
import Accounts
import Hummingbird

/// The routes for resetting a password: `/password/forgotten` mails a link, and `/password/reset` is its target.
struct PasswordResetRoutes: Sendable {
    let service: AccountService
    let negotiation: ContentNegotiation
    let account: AccountRoutes

    func add(to routes: inout RouteTable) {
        routes.handle("forgottenPage") { try await negotiation.page(.forgotten, request: $0, context: $1) }
        routes.handle("forgotten") { try await requestLink($0, $1) }
        routes.handle("resetPage") { try await open($0, $1) }
        routes.handle("reset") { try await reset($0, $1) }
    }

    private func requestLink(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: ["email"], form: .forgotten) { fields, _ in
            let address = try fields.address("email")
            try await service.addressAttempts.take(service.clientAddress(request, context))
            // Limits the messages that one address can receive. Counted also for unknown addresses.
            try await service.messageRequests.take("forgotten \(address)")
            try await service.accounts.requestReset(address, mail: service.mail)
            let time = AccountMail.duration(service.configuration.resetSeconds)
            return .init(
                .notice(
                    AccountNotice(
                        title: "Check your e-mail",
                        text:
                            "If this address has an account, a link to reset your password will arrive shortly. The link works "
                            + "once, within \(time). If nothing arrives, check your spam folder or try another address.",
                        links: [.init(place: "/password/forgotten", words: "Send another link or try another address")])
                ),
                AccountRoutes.Status(status: "received"), status: .accepted)
        }
    }

    /// Shows the form of a link. It changes nothing. The token is in the fragment of the link, which browsers do not send;
    /// that of a link of earlier versions is in the query, and is checked before the user chooses a password.
    private func open(_ request: Request, _ context: ServerContext) async throws -> Response {
        guard request.uri.queryParameters["token"] != nil else {
            return try await negotiation.page(.reset, request: request, context: context)
        }
        do {
            let token = try Self.token(request.uri.queryParameters["token"].map(String.init))
            _ = try await service.accounts.address(ofReset: token)
            return try await negotiation.page(.reset, token: token, request: request, context: context)
        } catch let error as APIError {
            return try await negotiation.page(.forgotten, error: error, request: request, context: context)
        }
    }

    private func reset(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(
            to: request, context: context, fields: ["token", "new_password"], form: .reset, formWithoutLink: .forgotten
        ) { fields, caller in
            let client = service.clientAddress(request, context)
            try await service.addressAttempts.take(client)
            let token = try Self.token(try fields.required("token"))
            let password = try fields.required("new_password")
            // Checked before hashing, which only valid links may cause.
            let address = try await service.accounts.address(ofReset: token)
            try PasswordRule.check(password, address: address)
            let user = try await service.accounts.resetPassword(
                token, to: try await service.hasher.hash(password), mail: service.mail)
            // A user who has forgotten the password may have used up the attempts.
            try await service.passwordAttempts.forget(address, network: client)
            var outcome = ContentNegotiation.Outcome(
                .notice(
                    AccountNotice(
                        title: "Your password has been changed",
                        text: "You have been logged out on all devices. Log in with your new password.",
                        links: [.init(place: "/login", words: "Log in")])),
                AccountRoutes.Status(status: "password_changed"))
            outcome.event = (.passwordReset, account: user)
            if caller.session?.user == user {
                outcome.cookies = [account.sessionCookie(nil)]
                outcome.navigation = Navigation()
            }
            return outcome
        }
    }

    private static func token(_ text: String?) throws -> SecretToken {
        guard let token = SecretToken(text) else { throw APIError.voidResetLink }
        return token
    }
}
