import APIErrors
import Accounts
import Foundation
import Hummingbird

/// The routes with which an account manages its own data: show, export, training permission, deletion.
struct AccountDataRoutes: Sendable {
    let service: AccountService
    let negotiation: ContentNegotiation
    let account: AccountRoutes
    /// Deletes the files of messages, by their ids.
    var eraseMessages: @Sendable ([String]) throws -> Void = { _ in }

    func add(to routes: inout RouteTable) {
        routes.handle("account") { try await show($0, $1) }
        // The password confirms the deletion, because the browser may be unattended. Forms cannot send DELETE.
        routes.handle("deleteAccount") { try await delete($0, $1) }
        routes.handle("deletePage") { request, context in
            try await page(.delete, request, context)
        }
        routes.handle("passwordPage") { request, context in try await page(.password, request, context) }
        routes.handle("deleteByForm") { try await delete($0, $1) }
        routes.handle("training") { try await allowTraining($0, $1) }
        routes.handle("export") { request, context in
            let session = try await service.caller(request).account()
            service.log(.dataExported, account: session.user, request, context)
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
        return negotiation.pages.account(session, caller: caller, keepsPictures: service.results.keepsPictures)
    }

    private func page(_ form: AccountForm, _ request: Request, _ context: ServerContext) async throws -> Response {
        guard try await service.caller(request).session != nil else { return AccountPages.toLogin }
        return try await negotiation.page(form, request: request, context: context)
    }

    private func delete(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: ["password"], form: .delete) {
            fields, caller in
            let session = try caller.account()
            let credentials = try await service.accounts.credentials(user: session.user)
            _ = try await account.check(
                try fields.required("password"), credentials, email: session.email, origin: .session,
                message: AccountRoutes.wrongPassword)
            try await erase(session, request, context)
            var outcome = ContentNegotiation.Outcome(
                .notice(
                    AccountNotice(
                        title: "Account deleted", text: "Your account and its data have been deleted.")),
                AccountRoutes.Status(status: "deleted"))
            outcome.cookies = [account.sessionCookie(nil)]
            outcome.navigation = Navigation()
            return outcome
        }
    }

    private func erase(_ session: Session, _ request: Request, _ context: ServerContext) async throws {
        let erasure = AccountErasure(storage: service.storage)
        let messages = try await erasure.erase(user: session.user, email: session.email)
        service.log(.accountDeleted, account: session.user, request, context)
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
        try await negotiation.respond(to: request, context: context, fields: ["allowed"], form: .login) {
            fields, caller in
            let session = try caller.account()
            // The form of the page sends no field to withdraw the permission.
            guard fields.isForm || fields.optional("allowed") != nil else {
                throw APIError(.invalidField, "The field allowed is missing.")
            }
            let isAllowed = try fields.truth("allowed")
            try await service.accounts.setTraining(isAllowed, user: session.user)
            var outcome = ContentNegotiation.Outcome(
                .place("/account"),
                AccountRoutes.LoggedIn(
                    email: session.email, role: session.role.rawValue, training: isAllowed))
            outcome.event = (.trainingChanged, account: nil)
            return outcome
        }
    }
}
