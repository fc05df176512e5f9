import APIErrors
import Accounts
import Files
import Foundation
import Hummingbird
import Imaging
import Inference
import Mail

/// `POST /send-report`: a result of the account's by mail to its address; or, without an account, of a picture that comes
/// with the request, to an address that confirms first. `GET /send-report` has the forms, and is where the link leads.
struct ReportRoutes: Sendable {
    let service: AccountService
    let pages: AccountPages
    let answer: PageOrJSON
    let desk: ReportDesk
    let reader: UploadReader
    let explanations: PredictionService
    /// Requests without an account, by the client's address.
    let strangers: AttemptLimit

    static let confirm = AccountForm(
        title: "Send the result here",
        lead: "Somebody has asked for a result of an ECG to be sent to your address. Press the button if that was you.",
        action: "/send-report/confirm", button: "Send it to me")

    /// What a multipart form may have beside the picture.
    private static let texts = ["email", "result", "report", "csrf"]

    struct Sent: Encodable {
        let report: String
        let state: String
    }

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/send-report") { try await form($0, $1) }
        routes.add(.post, "/send-report") { try await send($0, $1) }
        routes.add(.post, "/send-report/confirm") { try await confirm($0, $1) }
    }

    static let paths: [(HTTPRequest.Method, String)] = [
        (.get, "/send-report"), (.post, "/send-report"), (.post, "/send-report/confirm"),
    ]

    // MARK: - Pages

    private func form(_ request: Request, _ context: ServerContext) async throws -> Response {
        if let text = request.uri.queryParameters["token"] {
            let token = SecretToken(String(text))
            return try await answer.page(
                Self.confirm, refusal: token == nil ? Refusal(.invalidToken, ErrorCode.invalidToken.meaning) : nil,
                token: token, request: request, context: context)
        }
        let caller = try await service.caller(request)
        let result = request.uri.queryParameters["result"].map(String.init)
        if result != nil, caller.session == nil { return AccountPages.toLogin }
        // Who has an account has the results of it sent, and begins with one of them.
        if result == nil, caller.session != nil {
            return Response(status: .seeOther, headers: [.location: "/history"])
        }
        do {
            // What stands in the page is the id that the database has, not the one that was asked with.
            var found: ReportDesk.Found?
            if let session = caller.session, let result {
                found = try await desk.result(result, of: session.user)
            }
            var response = pages.page.response(
                ReportForm(
                    site: pages.page.site, csrf: caller.formToken, result: found?.prediction.id,
                    hasPicture: found?.picture != nil, address: caller.session?.email, key: SecretToken().text),
                template: "report", status: .ok)
            if caller.isNew { service.cookies.set(service.cookies.visitor, caller.secret, seconds: nil, in: &response) }
            return response
        } catch let refusal as Refusal {
            return page(of: refusal)
        }
    }

    private struct ReportForm {
        let site: Site
        let csrf: String
        let result: String?
        /// Whether the server has kept it.
        let hasPicture: Bool
        /// The account's.
        let address: String?
        /// So that pressing the button twice sends one report.
        let key: String
    }

    private func page(of refusal: Refusal) -> Response {
        var response = pages.response(
            AccountNotice(title: "No report was sent", text: "\(refusal.message) (code \(refusal.code.rawValue))"))
        response.status = refusal.code.status
        for field in refusal.headers { response.headers[field.name] = field.value }
        if refusal.endsConnection { response.headers[.connection] = "close" }
        return response
    }

    // MARK: - Sending

    private func send(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        do {
            let (fields, picture, memory) = try await content(of: request)
            defer { withExtendedLifetime(memory) {} }
            let caller = try await service.caller(request, sending: fields)
            if let session = caller.session {
                let receipt = try await send(fields, picture: picture, session: session)
                guard wantsPage else { return try Self.json(receipt) }
                return pages.response(
                    AccountNotice(
                        title: "Your report is on its way", text: "It goes to the address of your account.",
                        links: [.init(place: "/history", words: "Back to your results")]))
            }
            try strangers.take(service.clientAddress(request, context))
            try await ask(fields, picture: picture)
            guard wantsPage else {
                return try JSONBody.response(AccountRoutes.Status(status: "confirmation_sent"), status: .accepted)
            }
            return pages.response(
                AccountNotice(
                    title: "Look into your mail",
                    text:
                        "We have sent a link to the address. The report follows when it has been opened and confirmed.")
            )
        } catch let refusal as Refusal where wantsPage {
            return page(of: refusal)
        }
    }

    private static func json(_ receipt: ReportDesk.Receipt) throws -> Response {
        try JSONBody.response(Sent(report: receipt.report, state: receipt.state.rawValue), status: .accepted)
    }

    /// Fields, and perhaps a picture: of a multipart form, or fields alone.
    private func content(
        of request: Request
    ) async throws -> (fields: Fields, picture: UploadedPicture?, memory: ByteBudget.Share?) {
        let type = request.headers[.contentType].flatMap { HeaderParameters($0.utf8) }
        guard type?.value == "multipart/form-data" else {
            return (try await Fields(of: request, known: ["email", "result", "report"]), nil, nil)
        }
        let (pictures, texts, memory) = try await reader.form(of: request, texts: Self.texts)
        guard pictures.count <= 1 else {
            throw Refusal(.tooManyFiles, "A report is about one picture.", endsConnection: true)
        }
        // A browser's form comes with the session's cookie or the page's token; a program's with neither.
        let hasCookie = service.cookies.token(service.cookies.session, of: request) != nil
        return (Fields(texts, isForm: hasCookie || texts["csrf"] != nil), pictures.first, memory)
    }

    private func send(
        _ fields: Fields, picture: UploadedPicture?, session: Session
    ) async throws -> ReportDesk.Receipt {
        if fields.optional("email") != nil {
            throw Refusal(.unknownField, "Reports of an account go to its own address: leave the field email out.")
        }
        let found = try await desk.result(try fields.required("result"), of: session.user)
        let key = fields.optional("report")
        guard key.map(MailMessage.isIdentifier) ?? true else {
            throw Refusal(.invalidField, "The field report has up to 64 letters, digits, hyphens and underscores.")
        }
        let id = desk.reportID(found.number, of: session.user, key: key)
        if let receipt = try await desk.receipt(id) { return receipt }
        if let picture, Digest(of: picture.bytes) != found.input {
            throw Refusal(.invalidField, "The picture is not the one that this result is about.")
        }
        guard let recipient = MailAddress(session.email) else {
            throw Refusal(.internalError, ErrorCode.internalError.meaning)
        }
        let bytes = picture?.bytes ?? found.picture
        var explained: Prediction?
        if let bytes, found.prediction.model.sha256 == explanations.predictor.model.digest?.description {
            let answers = try await explanations.answers(
                for: [UploadedPicture(name: found.prediction.file, bytes: bytes)])
            explained = try? answers.first?.get()
        }
        let figure = try await Self.figure(
            found.prediction, explained: explained, picture: bytes, limits: reader.limits)
        let message = ReportMessage(
            found.prediction, input: found.input, created: found.created, figure: figure, reportID: id)
        return try await desk.send(message, id: id, result: found.number, user: session.user, to: recipient)
    }

    private func ask(_ fields: Fields, picture: UploadedPicture?) async throws {
        guard fields.optional("result") == nil else { throw Refusal(.notLoggedIn, ErrorCode.notLoggedIn.meaning) }
        let recipient = try fields.address("email")
        guard let picture else {
            throw Refusal(.noFiles, "Without an account the picture comes with the request (field files), or log in.")
        }
        guard let prediction = try await explanations.answers(for: [picture]).first?.get() else {
            throw Refusal(.internalError, ErrorCode.internalError.meaning)
        }
        let figure = try await Self.figure(
            prediction, explained: prediction, picture: picture.bytes, limits: reader.limits)
        let id = String(Digest(of: "report \(SecretToken().text)").description.prefix(32))
        let message = ReportMessage(
            prediction, input: Digest(of: picture.bytes), created: Date(), figure: figure, reportID: id)
        try await desk.ask(recipient, for: message, id: id)
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
        try await answer.respond(to: request, context: context, fields: ["token"], form: Self.confirm) { fields, _ in
            try service.addressAttempts.take(service.clientAddress(request, context))
            guard let token = SecretToken(try fields.required("token")) else {
                throw Refusal(.invalidToken, ErrorCode.invalidToken.meaning)
            }
            let receipt = try await desk.confirm(token)
            return .init(
                .notice(AccountNotice(title: "Your report is on its way", text: "It comes with the next mail.")),
                Sent(report: receipt.report, state: receipt.state.rawValue), status: .accepted)
        }
    }
}
