import APIErrors
import Accounts
import Hummingbird

/// `GET /account/sessions` lists the open sessions of the account, and `POST /account/sessions/end` ends one or all.
struct SessionRoutes: Sendable {
    let service: AccountService
    let negotiation: ContentNegotiation
    let account: AccountRoutes

    /// The value of the field `session` for all sessions.
    static let all = "all"

    struct List: Encodable { let sessions: [AccountStore.OpenSession] }

    func add(to routes: inout RouteTable) {
        routes.handle("sessions") { request, _ in try await list(request) }
        routes.handle("endSession") { try await end($0, $1) }
    }

    private func list(_ request: Request) async throws -> Response {
        let caller = try await service.caller(request)
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        if wantsPage, caller.session == nil { return AccountPages.toLogin }
        let sessions = try await service.accounts.sessions(of: try caller.account())
        guard wantsPage else { return try JSONBody.response(List(sessions: sessions)) }
        let page = SessionPage(site: negotiation.pages.page.site, sessions: sessions, csrf: caller.formToken)
        return negotiation.pages.page.response(page, template: "sessions", status: .ok)
    }

    private func end(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: ["session"], form: .login) {
            fields, caller in
            let session = try caller.account()
            let id = try fields.required("session")
            if id == Self.all {
                try await service.accounts.endAllSessions(of: session.user)
            } else {
                try await service.accounts.endSession(id, of: session.user)
            }
            let isOpen = try await service.accounts.session(session.token) != nil
            var outcome = ContentNegotiation.Outcome(
                .place(isOpen ? "/account/sessions" : "/login"), AccountRoutes.Status(status: "logged_out"))
            if !isOpen { outcome.cookies = [account.sessionCookie(nil)] }
            return outcome
        }
    }
}

private struct SessionPage {
    struct Entry {
        let id: String
        let device: String
        let created: String
        let used: String
        let isCurrent: Bool
        let csrf: String
    }

    let site: Site
    let entries: [Entry]
    let csrf: String
    let all = SessionRoutes.all

    init(site: Site, sessions: [AccountStore.OpenSession], csrf: String) {
        (self.site, self.csrf) = (site, csrf)
        entries = sessions.map {
            Entry(
                id: $0.id, device: $0.device.isEmpty ? "Unknown device" : $0.device,
                created: AccountPages.time($0.created), used: AccountPages.time($0.used), isCurrent: $0.current,
                csrf: csrf)
        }
    }
}
