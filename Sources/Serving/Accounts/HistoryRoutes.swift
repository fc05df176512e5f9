import APIErrors
import Accounts
import Foundation
import Hummingbird
import Inference

/// `GET /history` and `GET /results/{id}`: the stored results of the account.
struct HistoryRoutes: Sendable {
    /// Nil without accounts.
    let service: AccountService?
    let page: WebPage
    let uploads: UploadRoutes

    struct History: Encodable {
        let results: [ResultStore.Entry]
        /// The value of the query parameter `before` for the next page; null on the last page.
        let next: String?

        func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(results, forKey: .results)
            try container.encode(next, forKey: .next)
        }

        enum CodingKeys: String, CodingKey { case results, next }
    }

    func add(to routes: inout RouteTable) {
        if let service { routes.handle("history") { request, _ in try await history(request, service) } }
        routes.handle("result") { request, context in try await result(request, context) }
    }

    private func history(_ request: Request, _ service: AccountService) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        let caller = try await service.caller(request)
        if wantsPage, caller.session == nil { return AccountPages.toLogin }
        let session = try caller.account()
        let place = try request.uri.queryParameters["before"].map { text in
            guard let place = ResultStore.Place(String(text)) else {
                throw APIError(
                    .malformedQuery, "The query parameter before must be the value of next on the previous page.")
            }
            return place
        }
        let count = try request.uri.queryParameters["limit"].map { text in
            guard let count = Int(text), (1 ... 100).contains(count) else {
                throw APIError(.malformedQuery, "The query parameter limit must be a whole number from 1 to 100.")
            }
            return count
        }
        let (entries, next) = try await service.results.history(of: session.user, after: place, count: count ?? 50)
        if wantsPage { return AccountPages(page: page).history(entries, next: next, isFirst: place == nil) }
        return try JSONBody.response(History(results: entries, next: next?.text))
    }

    private func result(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        let id = context.parameters.get("id") ?? ""
        let caller = try await service?.caller(request)
        if let upload = try await uploads.result(id, user: caller?.session?.user, wantsPage: wantsPage) {
            return upload
        }
        do {
            guard let service, let caller else { throw APIError(.unknownResult) }
            if wantsPage, caller.session == nil { return AccountPages.toLogin }
            let session = try caller.account()
            guard wantsPage else {
                let answer = try await service.results.answer(id, of: session.user)
                return Response(
                    status: .ok, headers: [.contentType: "application/json"],
                    body: ResponseBody(byteBuffer: ByteBuffer(string: answer)))
            }
            let found = try await service.results.found(id, of: session.user)
            return page.response(
                [.success(found.prediction)], names: [found.prediction.file],
                place: ResultPlace(created: found.created, isStored: true, picture: found.picture))
        } catch let error as APIError where wantsPage {
            return page.response(error, requestID: context.requestID)
        }
    }
}
