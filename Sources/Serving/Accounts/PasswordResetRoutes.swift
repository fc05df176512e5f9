import APIErrors
import Accounts
import Hummingbird

/// Another password for who has forgotten the last: `/password/forgotten` mails a link, `/password/reset` is where it
/// leads.
struct PasswordResetRoutes: Sendable {
    let service: AccountService
    let answer: PageOrJSON
    let account: AccountRoutes

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/password/forgotten") { try await answer.page(.forgotten, request: $0, context: $1) }
        routes.add(.post, "/password/forgotten") { try await requestLink($0, $1) }
        routes.add(.get, "/password/reset") { try await open($0, $1) }
        routes.add(.post, "/password/reset") { try await reset($0, $1) }
    }

    private func requestLink(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: ["email"], form: .forgotten) { fields, _ in
            let address = try fields.address("email")
            try service.addressAttempts.take(service.clientAddress(request, context))
            // So that nobody fills another's letter box; counted whether there is an account or not.
            try service.accountAttempts.take("forgotten \(address)")
            try await service.accounts.requestReset(address, mail: service.mail)
            let time = AccountMail.duration(service.configuration.resetSeconds)
            return .init(
                .notice(
                    AccountNotice(
                        title: "Look into your mail",
                        text: "If there is an account with this address, a link is on its way to it. It can be used "
                            + "once, within \(time). If nothing comes, look among unwanted mail, or try another "
                            + "address that the account may have.",
                        links: [.init(place: "/password/forgotten", words: "Try another address")])),
                AccountRoutes.Status(status: "received"), status: .accepted)
        }
    }

    /// The form that a link opens. It changes nothing; but who is told now that the link is void need not think of a
    /// password first.
    private func open(_ request: Request, _ context: ServerContext) async throws -> Response {
        do {
            let token = try Self.token(request.uri.queryParameters["token"].map(String.init))
            _ = try await service.accounts.address(ofReset: token)
            return try await answer.page(.reset, token: token, request: request, context: context)
        } catch let refusal as Refusal {
            return try await answer.page(.forgotten, refusal: refusal, request: request, context: context)
        }
    }

    private func reset(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(
            to: request, context: context, fields: ["token", "new_password"], form: .reset, formWithoutLink: .forgotten
        ) { fields, caller in
            try service.addressAttempts.take(service.clientAddress(request, context))
            let token = try Self.token(try fields.required("token"))
            let password = try fields.required("new_password")
            // Before the work of hashing, which is not for who has no link.
            let address = try await service.accounts.address(ofReset: token)
            try PasswordRule.check(password, address: address)
            let user = try await service.accounts.resetPassword(
                token, to: try await service.hasher.hash(password), mail: service.mail)
            // Who has forgotten a password has guessed before.
            service.accountAttempts.forget("password \(address)")
            var outcome = PageOrJSON.Outcome(
                .notice(
                    AccountNotice(
                        title: "Your password is changed",
                        text: "You are logged out everywhere. Log in with the new one.",
                        links: [.init(place: "/login", words: "Log in")])),
                AccountRoutes.Status(status: "password_changed"))
            if caller.session?.user == user { outcome.cookies = [account.sessionCookie(nil)] }
            return outcome
        }
    }

    private static func token(_ text: String?) throws -> SecretToken {
        guard let token = SecretToken(text) else { throw Refusal.voidResetLink }
        return token
    }
}
