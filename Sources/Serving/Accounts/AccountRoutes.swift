import APIErrors
import Accounts
import Foundation
import Hummingbird

/// Becoming an account, coming in, going out, another password.
struct AccountRoutes: Sendable {
    let service: AccountService
    let answer: PageOrJSON

    /// `{"status": "…"}`.
    struct Status: Encodable { let status: String }

    struct LoggedIn: Encodable {
        let email: String
        let role: String
        let training: Bool
    }

    func add(to routes: inout RouteTable) {
        for (path, form) in [("/register", AccountForm.register), ("/login", .login)] {
            routes.add(.get, path) { try await answer.page(form, request: $0, context: $1) }
        }
        // Opening a link changes nothing: programs that look into mail open links too.
        routes.add(.get, "/verify") { request, context in
            let token = SecretToken(request.uri.queryParameters["token"].map(String.init))
            return try await answer.page(
                .verify, refusal: token == nil ? Refusal(.invalidToken, ErrorCode.invalidToken.meaning) : nil,
                token: token, request: request, context: context)
        }
        routes.add(.post, "/register") { try await register($0, $1) }
        routes.add(.post, "/verify") { try await verify($0, $1) }
        routes.add(.post, "/login") { try await logIn($0, $1) }
        routes.add(.post, "/logout") { try await logOut($0, $1) }
        routes.add(.post, "/password") { try await changePassword($0, $1) }
    }

    private func register(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: ["email", "password"], form: .register) {
            fields, _ in
            let address = try fields.address("email")
            let password = try fields.required("password")
            try PasswordRule.check(password, address: address.description)
            try service.addressAttempts.take(service.clientAddress(request, context))
            // So that nobody fills another's letter box.
            try service.accountAttempts.take("register \(address)")
            let hash = try await service.hasher.hash(password)
            try await service.accounts.register(address, password: hash, mail: service.mail)
            return .init(
                .notice(
                    AccountNotice(
                        title: "Look into your mail",
                        text: "We have sent a message to the address. Open the link in it to confirm that it is yours.")
                ), Status(status: "mail_sent"), status: .accepted)
        }
    }

    private func verify(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: ["token"], form: .verify) { fields, _ in
            try service.addressAttempts.take(service.clientAddress(request, context))
            guard let token = SecretToken(try fields.required("token")) else {
                throw Refusal(.invalidToken, ErrorCode.invalidToken.meaning)
            }
            try await service.accounts.verify(token)
            return .init(
                .notice(
                    AccountNotice(
                        title: "Your address is confirmed",
                        text: "Your account is ready. Log in with the password that you chose for it.",
                        links: [.init(place: "/login", words: "Log in")])), Status(status: "verified"))
        }
    }

    private func logIn(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: ["email", "password"], form: .login) {
            fields, _ in
            let address = try fields.address("email")
            let client = service.clientAddress(request, context)
            try service.addressAttempts.take(client)
            let credentials = try await service.accounts.credentials(address)
            let checked = try await check(
                try fields.required("password"), credentials, key: "password \(address)")
            service.addressAttempts.giveBack(client)
            let cost = checked.password.flatMap(PasswordHash.cost) ?? 0
            let rehashed =
                cost < service.hasher.cost ? try await service.hasher.hash(fields.required("password")) : nil
            let token = try await service.accounts.logIn(
                checked, rehashed: rehashed, replacing: service.cookies.token(service.cookies.session, of: request))
            let session = try await service.accounts.session(token)
            var outcome = PageOrJSON.Outcome(
                .place("/history"),
                LoggedIn(
                    email: address.description, role: (session?.role ?? .user).rawValue,
                    training: session?.training ?? false))
            outcome.cookies = [sessionCookie(token)]
            return outcome
        }
    }

    /// One answer, in one time, for a wrong password, an address without an account, and one that is not verified.
    ///
    /// - Returns: `credentials`, which fit.
    /// - Throws: `Refusal` with `wrongCredentials` or `tooManyAttempts`.
    func check(
        _ password: String, _ credentials: AccountStore.Credentials?, key: String
    ) async throws -> AccountStore.Credentials {
        // Counted before it is known to be wrong: a hundred at once are no way around the limit.
        try service.accountAttempts.take(key)
        let fits = try await service.hasher.matches(password, credentials?.password)
        guard fits, let credentials else { throw Refusal(.wrongCredentials, ErrorCode.wrongCredentials.meaning) }
        service.accountAttempts.giveBack(key)
        return credentials
    }

    private func logOut(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: [], form: .login) { _, caller in
            if let session = caller.session { try await service.accounts.logOut(session.token) }
            var outcome = PageOrJSON.Outcome(.place("/"), Status(status: "logged_out"))
            outcome.cookies = [sessionCookie(nil)]
            return outcome
        }
    }

    private func changePassword(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(
            to: request, context: context, fields: ["current_password", "new_password"], form: .password
        ) { fields, caller in
            let session = try caller.account()
            let new = try fields.required("new_password")
            try PasswordRule.check(new, address: session.email)
            let credentials = try await service.accounts.credentials(user: session.user)
            let checked = try await check(
                try fields.required("current_password"), credentials, key: "password \(session.email)")
            let token = try await service.accounts.setPassword(
                try await service.hasher.hash(new), of: checked, mail: service.mail)
            var outcome = PageOrJSON.Outcome(
                .notice(
                    AccountNotice(
                        title: "Your password is changed",
                        text: "You are still logged in here, and nowhere else.",
                        links: [.init(place: "/account", words: "Back to the account")])),
                Status(status: "password_changed"))
            outcome.cookies = [sessionCookie(token)]
            return outcome
        }
    }

    func sessionCookie(_ token: SecretToken?) -> (inout Response) -> Void {
        let service = service
        return {
            service.cookies.set(
                service.cookies.session, token, seconds: service.configuration.sessionSeconds, in: &$0)
        }
    }
}
