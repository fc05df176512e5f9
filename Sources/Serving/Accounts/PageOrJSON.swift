import APIErrors
import Accounts
import Hummingbird

/// One answer in two forms: a page for who would rather have it, JSON for everybody else.
struct PageOrJSON: Sendable {
    let service: AccountService
    let pages: AccountPages

    /// Answers a request that sends fields.
    ///
    /// - Parameters:
    ///   - known: the fields.
    ///   - form: what a person sees again, with the reason, where the request is refused.
    ///   - formWithoutLink: what takes its place where the reason is the link that led to it.
    ///   - body: what the request is for; gives what JSON says and where a person goes next.
    func respond(
        to request: Request, context: ServerContext, fields known: [String], form: AccountForm,
        formWithoutLink: AccountForm? = nil, _ body: (Fields, Caller) async throws -> Outcome
    ) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        var link: SecretToken?
        do {
            let fields = try await Fields(of: request, known: known)
            link = SecretToken(fields.optional("token"))
            let caller = try await service.caller(request, sending: fields)
            let outcome = try await body(fields, caller)
            var response: Response
            if wantsPage {
                switch outcome.page {
                case .place(let place): response = Response(status: .seeOther, headers: [.location: place])
                case .notice(let notice): response = pages.response(notice)
                }
            } else {
                response = try outcome.json(outcome.status)
            }
            for cookie in outcome.cookies { cookie(&response) }
            return response
        } catch let refusal as Refusal where wantsPage {
            guard refusal.code == .invalidToken else {
                // A link that is still good is not lost with what was wrong beside it.
                return try await page(form, refusal: refusal, token: link, request: request, context: context)
            }
            return try await page(formWithoutLink ?? form, refusal: refusal, request: request, context: context)
        }
    }

    /// The page of a form, with the caller's token in it.
    func page(
        _ form: AccountForm, refusal: Refusal? = nil, token: SecretToken? = nil, request: Request,
        context: ServerContext
    ) async throws -> Response {
        // A broken database must not keep its own message from being shown.
        let caller: Caller
        do { caller = try await service.caller(request) } catch let error as Refusal {
            guard refusal != nil else { throw error }
            caller = Caller(session: nil, secret: SecretToken(), isNew: false)
        }
        var response = pages.response(
            form, caller: caller, linkToken: token, refusal: refusal, requestID: context.requestID)
        if caller.isNew { service.cookies.set(service.cookies.visitor, caller.secret, seconds: nil, in: &response) }
        // The address of a link's page lets in who has it: what the page loads and leads to learns the site alone.
        if request.uri.queryParameters["token"] != nil { response.headers[.referrerPolicy] = "strict-origin" }
        return response
    }

    struct Outcome {
        enum Page {
            case place(String)
            case notice(AccountNotice)
        }

        let page: Page
        let json: (HTTPResponse.Status) throws -> Response
        var status: HTTPResponse.Status = .ok
        var cookies: [(inout Response) -> Void] = []

        init(_ page: Page, _ json: some Encodable & Sendable, status: HTTPResponse.Status = .ok) {
            self.page = page
            self.json = { try JSONBody.response(json, status: $0) }
            self.status = status
        }
    }
}
