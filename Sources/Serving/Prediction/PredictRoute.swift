import APIErrors
import Hummingbird
import Inference

/// `POST /predict`: pictures in, answers out, as JSON or, for who would rather have it, as a page.
///
/// With `?saliency=true` each decided label says which places of the picture its score depends on.
struct PredictRoute: Sendable {
    let reader: UploadReader
    let service: PredictionService
    /// Answers with saliency.
    let explanations: PredictionService
    let page: WebPage
    let store: PictureStore?
    /// Keeps the answers of who is logged in.
    let accounts: AccountService?

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        guard AcceptHeader.prefersHTML(request.headers[.accept]) else {
            let (answers, names) = try await answers(to: request, context: context)
            return try Self.response(answers, names: names, requestID: context.requestID)
        }
        do {
            let (answers, names) = try await answers(to: request, context: context)
            return page.response(answers, names: names)
        } catch let refusal as Refusal {
            return page.response(refusal, requestID: context.requestID)
        }
    }

    private func answers(
        to request: Request, context: ServerContext
    ) async throws -> (answers: [Result<Prediction, Refusal>], names: [String]) {
        let service = try Self.asksForSaliency(request) ? explanations : service
        service.announce()
        let upload: (pictures: [UploadedPicture], memory: ByteBudget.Share)
        let answers: [Result<Prediction, Refusal>]
        do {
            defer { service.withdraw() }
            upload = try await reader.pictures(of: request)
        }
        answers = try await service.answers(for: upload.pictures)
        try await keep(zip(upload.pictures, answers).compactMap { try? ($0, $1.get()) }, of: request, context: context)
        return (answers, upload.pictures.map(\.name))
    }

    /// An account's results are kept with it and nowhere else, so that they go when it does. Where they cannot be kept the
    /// request fails: nobody shall look for them later in vain.
    private func keep(
        _ answered: [(picture: UploadedPicture, prediction: Prediction)], of request: Request, context: ServerContext
    ) async throws {
        // What another site makes a browser send is answered as to nobody.
        if let accounts, RequestOrigin.isOwn(request), let session = try await accounts.caller(request).session {
            try await accounts.results.keep(answered.map { ($0.bytes, $1) }, for: session.user)
        } else {
            await store?.keep(answered, logger: context.logger)
        }
    }

    /// - Throws: `Refusal` for a value that is neither true nor false.
    static func asksForSaliency(_ request: Request) throws -> Bool {
        switch request.uri.queryParameters["saliency"] {
        case nil, "false": return false
        case "true": return true
        default:
            throw Refusal(
                .malformedQuery, "The query parameter saliency is true or false.", endsConnection: true)
        }
    }

    /// One picture gives its answer or its error; several give `results`, with status 200 if any was answered.
    static func response(
        _ answers: [Result<Prediction, Refusal>], names: [String], requestID: String
    ) throws -> Response {
        if answers.count == 1 { return try JSONBody.response(answers[0].get()) }
        let results = zip(names, answers).map { PictureResult(file: $0, answer: $1, requestID: requestID) }
        if answers.contains(where: { (try? $0.get()) != nil }) {
            return try JSONBody.response(PictureResults(results: results, error: nil))
        }
        let refusal = Refusal(.noAnswer, ErrorCode.noAnswer.meaning)
        return try JSONBody.response(
            PictureResults(results: results, error: ErrorBody.Content(refusal, requestID: requestID)),
            status: refusal.code.status)
    }
}

/// `{"results": […]}`, with an error beside it where nothing was answered.
struct PictureResults: Encodable {
    let results: [PictureResult]
    let error: ErrorBody.Content?
}

/// A prediction, or `{"file", "error"}`.
struct PictureResult: Encodable {
    let file: String
    let answer: Result<Prediction, Refusal>
    let requestID: String

    private enum CodingKeys: String, CodingKey { case file, error }

    func encode(to encoder: any Encoder) throws {
        switch answer {
        case .success(let prediction): try prediction.encode(to: encoder)
        case .failure(let refusal):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(ErrorBody.Content(refusal, requestID: requestID), forKey: .error)
        }
    }
}
