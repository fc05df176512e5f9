import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird
import Imaging
import Inference
import Mail

/// `POST /send-report`: mails a stored result to the address of the account. Without an account it mails the result of a
/// picture in the request to an address that first confirms it.
///
/// `GET /send-report` shows the forms, and is the target of the confirmation link.
struct ReportRoutes: Sendable {
    let service: AccountService
    let pages: AccountPages
    let negotiation: ContentNegotiation
    let reports: ReportService
    let reader: UploadReader
    /// Nil without a model of pictures.
    let explanations: PredictionService?
    let uploads: UploadRoutes
    /// The limit of requests without an account, by client address.
    let anonymousAttempts: AttemptLimit

    static let confirm = AccountForm(
        title: "Send report",
        lead: "Someone asked to send an ECG report to your address. If this was you, confirm below.",
        action: "/send-report/confirm", button: "Send report", fields: [AccountForm.token],
        links: [.init(place: "/send-report", words: "Request a new link")])

    /// The text fields of a multipart form.
    private static let texts = ["email", "result", "report", "csrf"]

    struct Sent: Encodable {
        let report: String
        let state: String
    }

    func add(to routes: inout RouteTable) {
        routes.handle("reportPage") { try await form($0, $1) }
        routes.handle("sendReport") { try await send($0, $1) }
        routes.handle("confirmReportPage") {
            try await negotiation.page(ofLink: Self.confirm, request: $0, context: $1)
        }
        routes.handle("confirmReport") { try await confirm($0, $1) }
    }

    // MARK: - Pages

    private func form(_ request: Request, _ context: ServerContext) async throws -> Response {
        if request.uri.queryParameters["token"] != nil {
            return try await negotiation.page(ofLink: Self.confirm, request: request, context: context)
        }
        let caller = try await service.caller(request)
        let result = request.uri.queryParameters["result"].map(String.init)
        if let result, try await uploads.store.result(result, user: caller.session?.user) != nil {
            return form(ofUpload: result, caller: caller)
        }
        if result != nil, caller.session == nil { return AccountPages.toLogin }
        // With an account, reports start from a result.
        if result == nil, caller.session != nil {
            return Response(status: .seeOther, headers: [.location: "/history"])
        }
        do {
            // The page contains the id from the database, not the one from the request.
            var found: ReportService.Found?
            if let session = caller.session, let result {
                found = try await reports.result(result, of: session.user)
            }
            var response = pages.page.response(
                ReportForm(
                    site: pages.page.site, csrf: caller.formToken, result: found?.prediction.id,
                    hasPicture: found?.picture != nil, isUpload: false, upload: nil, address: caller.session?.email,
                    key: SecretToken().text),
                template: "report", status: .ok)
            if caller.isNew { service.cookies.set(service.cookies.visitor, caller.secret, seconds: nil, in: &response) }
            return response
        } catch let error as APIError {
            return page(of: error)
        }
    }

    /// Returns a guest's form again with an error and the address that was entered. Browsers do not keep the picture.
    private func form(
        refused error: APIError, _ fields: Fields?, _ request: Request, _ context: ServerContext
    ) async throws -> Response {
        let caller = try await service.caller(request)
        guard let fields, caller.session == nil, error.code != .forgedRequest else { return page(of: error) }
        let result = fields.optional("result")
        // The page contains the id of a stored result only.
        var isStored = false
        if let result { isStored = try await uploads.store.result(result, user: nil) != nil }
        if result != nil, !isStored { return page(of: error) }
        var response = pages.page.response(
            ReportForm(
                site: pages.page.site, csrf: caller.formToken, result: nil, hasPicture: true, isUpload: isStored,
                upload: isStored ? result : nil, address: nil, key: SecretToken().text,
                error: PageError(message: error.message, code: error.code.rawValue, requestID: context.requestID),
                email: fields.optional("email").map(HTMLText.escape)),
            template: "report", status: .ok)
        response.report(error)
        return response
    }

    /// Returns the form for the report of an upload, which needs no picture.
    private func form(ofUpload id: String, caller: Caller) -> Response {
        var response = pages.page.response(
            ReportForm(
                site: pages.page.site, csrf: caller.formToken, result: caller.session == nil ? nil : id,
                hasPicture: true, isUpload: true, upload: caller.session == nil ? id : nil,
                address: caller.session?.email, key: SecretToken().text),
            template: "report", status: .ok)
        if caller.isNew { service.cookies.set(service.cookies.visitor, caller.secret, seconds: nil, in: &response) }
        return response
    }

    private struct ReportForm {
        let site: Site
        let csrf: String
        let result: String?
        /// Whether the picture is stored.
        let hasPicture: Bool
        /// Whether the report is that of an upload.
        let isUpload: Bool
        /// The id of an upload without an account.
        let upload: String?
        /// The address of the account.
        let address: String?
        /// A key, so that pressing the button twice sends one report.
        let key: String
        var error: PageError?
        /// The address that a guest has entered, as HTML.
        var email: String?
    }

    private func page(of error: APIError) -> Response {
        var response = pages.response(
            AccountNotice(title: "Report not sent", text: "\(error.message) (error code \(error.code.rawValue))"))
        response.report(error)
        return response
    }

    // MARK: - Sending

    private func send(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        var sent: Fields?
        do {
            let (fields, picture, memory) = try await content(of: request)
            sent = fields
            defer { withExtendedLifetime(memory) {} }
            let caller = try await service.caller(request, sending: fields)
            if let session = caller.session {
                let receipt = try await send(fields, picture: picture, session: session)
                guard wantsPage else { return try Self.json(receipt) }
                return pages.response(
                    AccountNotice(
                        title: "Your report is on its way",
                        text: "It will be sent to the e-mail address of your account.",
                        links: [.init(place: "/history", words: "Back to your results")]))
            }
            try await anonymousAttempts.take(service.clientAddress(request, context))
            try await ask(fields, picture: picture)
            guard wantsPage else {
                return try JSONBody.response(AccountRoutes.Status(status: "confirmation_sent"), status: .accepted)
            }
            return pages.response(
                AccountNotice(
                    title: "Check your e-mail",
                    text:
                        "We've sent you a link. Confirm there that you want the report. If nothing arrives, check your "
                        + "spam folder.", links: [.init(place: "/send-report", words: "Request a new link")])
            )
        } catch let error as APIError where wantsPage {
            return try await form(refused: error, sent, request, context)
        }
    }

    private static func json(_ receipt: ReportService.Receipt) throws -> Response {
        try JSONBody.response(Sent(report: receipt.report, state: receipt.state.rawValue), status: .accepted)
    }

    /// Reads the fields and an optional picture from a multipart form, or the fields alone.
    private func content(
        of request: Request
    ) async throws -> (fields: Fields, picture: UploadedPicture?, memory: ByteBudget.Share?) {
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }
        guard type?.value == "multipart/form-data" else {
            return (try await Fields(of: request, known: ["email", "result", "report"]), nil, nil)
        }
        let (pictures, texts, memory) = try await reader.form(of: request, texts: Self.texts)
        guard pictures.count <= 1 else {
            throw APIError(.tooManyFiles, "A report can have only one picture.", endsConnection: true)
        }
        // Browsers send the session's cookie or the page's token; programs send neither.
        let hasCookie = service.cookies.token(service.cookies.session, of: request) != nil
        return (Fields(texts, isForm: hasCookie || texts["csrf"] != nil), pictures.first, memory)
    }

    private func send(
        _ fields: Fields, picture: UploadedPicture?, session: Session
    ) async throws -> ReportService.Receipt {
        if fields.optional("email") != nil {
            throw APIError(
                .unknownField, "Reports of an account are sent to its own address. Leave out the field email.")
        }
        let result = try fields.required("result")
        let key = fields.optional("report")
        guard key.map(MailMessage.isIdentifier) ?? true else {
            throw APIError(
                .invalidField, "The field report may have up to 64 letters, digits, hyphens and underscores.")
        }
        if let number = try await reports.number(of: result, user: session.user),
            let mail = try await uploads.mail(result, user: session.user), let recipient = MailAddress(session.email)
        {
            let id = reports.reportID(number, of: session.user, key: key)
            if let receipt = try await reports.receipt(id) { return receipt }
            return try await reports.send(mail(id), id: id, result: number, user: session.user, to: recipient)
        }
        let found = try await reports.result(result, of: session.user)
        let id = reports.reportID(found.number, of: session.user, key: key)
        if let receipt = try await reports.receipt(id) { return receipt }
        if let picture, Digest(of: picture.bytes) != found.input {
            throw APIError(.invalidField, "This is not the picture of the result. Please choose the original file.")
        }
        guard let recipient = MailAddress(session.email) else {
            throw APIError(.internalError)
        }
        let bytes = picture?.bytes ?? found.picture
        var explained: Prediction?
        if let bytes, let explanations,
            found.prediction.model.sha256 == explanations.predictor.model.digest?.description
        {
            let answers = try await explanations.answers(
                for: [UploadedPicture(name: found.prediction.file, bytes: bytes)])
            explained = try? answers.first?.get()
        }
        let figure = try await Self.figure(
            found.prediction, explained: explained, picture: bytes, limits: reader.limits)
        let message = ReportMessage(
            found.prediction, input: found.input, created: found.created, figure: figure, reportID: id)
        return try await reports.send(message, id: id, result: found.number, user: session.user, to: recipient)
    }

    private func ask(_ fields: Fields, picture: UploadedPicture?) async throws {
        if let result = fields.optional("result") {
            guard let mail = try await uploads.mail(result, user: nil) else { throw APIError(.notLoggedIn) }
            let recipient = try fields.address("email")
            let id = Self.newReportID()
            return try await reports.ask(recipient, for: mail(id), id: id)
        }
        let recipient = try fields.address("email")
        guard let picture else {
            throw APIError(.noFiles, "Please add a picture, or log in.")
        }
        guard let prediction = try await explanations.required.answers(for: [picture]).first?.get() else {
            throw APIError(.internalError)
        }
        let figure = try await Self.figure(
            prediction, explained: prediction, picture: picture.bytes, limits: reader.limits)
        let id = Self.newReportID()
        let message = ReportMessage(
            prediction, input: Digest(of: picture.bytes), created: Date(), figure: figure, reportID: id)
        try await reports.ask(recipient, for: message, id: id)
    }

    private static func newReportID() -> String {
        String(Digest(of: "report \(SecretToken().text)").description.prefix(32))
    }

    private static func figure(
        _ prediction: Prediction, explained: Prediction?, picture: Data?, limits: UploadLimits
    ) async throws -> ReportFigure {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(
                    with: Result {
                        try ReportFigure(prediction, explained: explained, picture: picture, limits: limits.page)
                    })
            }
        }
    }

    // MARK: - Confirming

    private func confirm(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await negotiation.respond(to: request, context: context, fields: ["token"], form: Self.confirm) {
            fields, _ in
            try await service.addressAttempts.take(service.clientAddress(request, context))
            guard let token = SecretToken(try fields.required("token")) else {
                throw APIError(.invalidToken)
            }
            let receipt = try await reports.confirm(token)
            return .init(
                .notice(AccountNotice(title: "Your report is on its way", text: "It will arrive shortly.")),
                Sent(report: receipt.report, state: receipt.state.rawValue), status: .accepted)
        }
    }
}
