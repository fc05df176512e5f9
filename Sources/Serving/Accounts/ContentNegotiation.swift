import APIErrors
import Accounts
import Hummingbird

/// Content negotiation: responds with a page for browsers, and with JSON for programs.
struct ContentNegotiation: Sendable {
    let service: AccountService
    let pages: AccountPages

    /// Responds to a request with fields.
    ///
    /// - Parameters:
    ///   - known: The names of the fields.
    ///   - form: The form to show again with an error.
    ///   - formWithoutLink: The form to show instead if the token of the link is invalid.
    ///   - body: Handles the request, and returns the JSON response and the next page.
    func respond(
        to request: Request, context: ServerContext, fields known: [String], form: AccountForm,
        formWithoutLink: AccountForm? = nil, _ body: (Fields, Caller) async throws -> Outcome
    ) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        var link: SecretToken?
        var sent: Fields?
        do {
            let fields = try await Fields(of: request, known: known)
            sent = fields
            link = SecretToken(fields.optional("token"))
            let caller = try await service.caller(request, sending: fields)
            let outcome = try await logged(fields, caller, form, request, context, body)
            var response: Response
            if wantsPage {
                switch outcome.page {
                case .place(let place): response = Response(status: .seeOther, headers: [.location: place])
                case .notice(let notice):
                    response = Navigation.$current.withValue(outcome.navigation ?? .current) { pages.response(notice) }
                }
            } else {
                response = try outcome.json(outcome.status)
            }
            for cookie in outcome.cookies { cookie(&response) }
            return response
        } catch let error as APIError where wantsPage {
            guard error.code == .invalidToken else {
                // A valid link stays in the form after other errors.
                return try await page(
                    form, error: error, token: link, sent: sent, request: request, context: context)
            }
            return try await page(formWithoutLink ?? form, error: error, sent: sent, request: request, context: context)
        }
    }

    /// Runs the handler of a request, and logs its security event: that of its outcome or of its error.
    private func logged(
        _ fields: Fields, _ caller: Caller, _ form: AccountForm, _ request: Request, _ context: ServerContext,
        _ body: (Fields, Caller) async throws -> Outcome
    ) async throws -> Outcome {
        do {
            let outcome = try await body(fields, caller)
            if let (event, account) = outcome.event {
                service.log(event, account: account ?? caller.session?.user, request, context)
            }
            return outcome
        } catch let error as APIError {
            if let event = SecurityEvent(error) {
                var account = caller.session?.user
                // The address in the contact form is not that of an account.
                if account == nil, !form.isGuarded, let address = try? fields.address("email") {
                    account = try? await service.accounts.credentials(address)?.user
                }
                service.log(event, account: account, request, context)
            }
            throw error
        }
    }

    /// Returns the page of a form, with the caller's token in it.
    ///
    /// - Parameter sent: The fields of a request with an error, which the form keeps.
    func page(
        _ form: AccountForm, error: APIError? = nil, token: SecretToken? = nil, sent: Fields? = nil, request: Request,
        context: ServerContext
    ) async throws -> Response {
        // If the database fails, its own error must still be shown.
        let caller: Caller
        do { caller = try await service.caller(request) } catch let failure as APIError {
            guard error != nil else { throw failure }
            caller = Caller(session: nil, secret: SecretToken(), isNew: false)
        }
        var response = pages.response(
            form, caller: caller, linkToken: token, error: error, sent: sent, requestID: context.requestID)
        if caller.isNew { service.cookies.set(service.cookies.visitor, caller.secret, seconds: nil, in: &response) }
        // The URL contains a secret token, so that only the site's origin may be sent as a referrer.
        if request.uri.queryParameters["token"] != nil { response.headers[.referrerPolicy] = "strict-origin" }
        return response
    }

    /// Returns the page of a link. Its token is in the fragment, which browsers do not send; earlier versions sent links
    /// with a query.
    ///
    /// - Parameter formWithoutLink: The form to show instead if the token is invalid.
    func page(
        ofLink form: AccountForm, withoutLink formWithoutLink: AccountForm? = nil, request: Request,
        context: ServerContext
    ) async throws -> Response {
        let text = request.uri.queryParameters["token"].map(String.init)
        let token = SecretToken(text)
        guard text == nil || token != nil else {
            return try await page(
                formWithoutLink ?? form, error: APIError(.invalidToken), request: request, context: context)
        }
        return try await page(form, token: token, request: request, context: context)
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
        /// The security event to log, and its account; nil for that of the caller.
        var event: (SecurityEvent, account: Int64?)?
        /// The navigation of the page if the request has logged in or out; nil for that of the request.
        var navigation: Navigation?

        init(_ page: Page, _ json: some Encodable & Sendable, status: HTTPResponse.Status = .ok) {
            self.page = page
            self.json = { try JSONBody.response(json, status: $0) }
            self.status = status
        }
    }
}
