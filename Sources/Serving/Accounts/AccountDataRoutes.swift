import APIErrors
import Accounts
import Foundation
import Hummingbird

/// What an account may do with what is its own: see it, take it away, allow training, have it deleted.
struct AccountDataRoutes: Sendable {
    let service: AccountService
    let answer: PageOrJSON
    let account: AccountRoutes
    /// Removes what the mail folder has of messages, by their ids.
    var eraseMessages: @Sendable ([String]) throws -> Void = { _ in }

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/account") { try await show($0, $1) }
        routes.add(.delete, "/account") { request, _ in
            try RequestOrigin.check(request)
            let session = try await service.caller(request).account()
            try await erase(session)
            var response = try JSONBody.response(AccountRoutes.Status(status: "deleted"))
            account.sessionCookie(nil)(&response)
            return response
        }
        routes.add(.get, "/account/delete") { request, context in
            try await page(.delete, request, context)
        }
        routes.add(.get, "/password") { request, context in try await page(.password, request, context) }
        // A form cannot send DELETE. People confirm by their password: the browser may be open on a ward's desk.
        routes.add(.post, "/account/delete") { try await delete($0, $1) }
        routes.add(.post, "/account/training") { try await allowTraining($0, $1) }
        routes.add(.get, "/account/export") { request, _ in
            let session = try await service.caller(request).account()
            return export(of: session)
        }
    }

    private func show(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await service.caller(request)
        guard AcceptHeader.prefersHTML(request.headers[.accept]) else {
            let session = try caller.account()
            return try JSONBody.response(
                AccountRoutes.LoggedIn(
                    email: session.email, role: session.role.rawValue, training: session.training))
        }
        guard let session = caller.session else { return AccountPages.toLogin }
        return answer.pages.account(session, caller: caller, keepsPictures: service.results.keepsPictures)
    }

    private func page(_ form: AccountForm, _ request: Request, _ context: ServerContext) async throws -> Response {
        guard try await service.caller(request).session != nil else { return AccountPages.toLogin }
        return try await answer.page(form, request: request, context: context)
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: ["password"], form: .delete) { fields, caller in
            let session = try caller.account()
            let credentials = try await service.accounts.credentials(user: session.user)
            _ = try await account.check(
                try fields.required("password"), credentials, key: "password \(session.email)")
            try await erase(session)
            var outcome = PageOrJSON.Outcome(
                .notice(
                    AccountNotice(
                        title: "Your account is deleted", text: "Nothing of it is left on this server.")),
                AccountRoutes.Status(status: "deleted"))
            outcome.cookies = [account.sessionCookie(nil)]
            return outcome
        }
    }

    private func erase(_ session: Session) async throws {
        let erasure = AccountErasure(storage: service.storage)
        let messages = try await erasure.erase(user: session.user, email: session.email)
        try eraseMessages(messages)
    }

    private func export(of session: Session) -> Response {
        let export = AccountExport(storage: service.storage, session: session)
        return Response(
            status: .ok,
            headers: [
                .contentType: "application/json",
                .contentDisposition: "attachment; filename=\"heartsense-account.json\"",
            ],
            body: ResponseBody { writer in
                try await export.write { try await writer.write(ByteBuffer(string: $0)) }
                try await writer.finish(nil)
            })
    }

    private func allowTraining(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await answer.respond(to: request, context: context, fields: ["allowed"], form: .login) { fields, caller in
            let session = try caller.account()
            let isAllowed = try fields.truth("allowed")
            try await service.accounts.setTraining(isAllowed, user: session.user)
            return .init(
                .place("/account"),
                AccountRoutes.LoggedIn(
                    email: session.email, role: session.role.rawValue, training: isAllowed))
        }
    }
}
