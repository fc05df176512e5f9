import APIErrors
import Foundation
import Hummingbird
import Inference

/// `POST /predict`: classifies pictures, and responds with JSON or a page.
///
/// With `?saliency=true`, each decided label has a saliency map.
struct PredictRoute: Sendable {
    let reader: UploadReader
    /// Nil without a model of pictures.
    let service: PredictionService?
    /// Predicts with saliency maps.
    let explanations: PredictionService?
    let page: WebPage
    let store: PictureStore?
    /// Stores the results of logged-in callers.
    let accounts: AccountService?

    func respond(to request: Request, context: ServerContext) async throws -> Response {
        guard AcceptHeader.prefersHTML(request.headers[.accept]) else {
            let (answers, names, _) = try await answers(to: request, context: context)
            return try Self.response(answers, names: names, requestID: context.requestID)
        }
        do {
            let (answers, names, isStored) = try await answers(to: request, context: context)
            return page.response(
                answers, names: names, place: ResultPlace(created: Date(), isStored: isStored))
        } catch let error as APIError {
            return page.response(error, requestID: context.requestID)
        }
    }

    private func answers(
        to request: Request, context: ServerContext
    ) async throws -> (answers: [Result<Prediction, APIError>], names: [String], isStored: Bool) {
        let service = try (Self.asksForSaliency(request) ? explanations : service).required
        service.announce()
        let upload: (pictures: [UploadedPicture], memory: ByteBudget.Share)
        let answers: [Result<Prediction, APIError>]
        do {
            defer { service.withdraw() }
            upload = try await reader.pictures(of: request)
        }
        answers = try await service.answers(for: upload.pictures, ticket: context.ticket)
        service.telemetry.count(answers)
        let isStored = try await keep(
            zip(upload.pictures, answers).compactMap { try? ($0, $1.get()) }, of: request, context: context)
        return (answers, upload.pictures.map(\.name), isStored)
    }

    /// Stores results with the caller's account, or the pictures in the retention folder. A failure to store fails the
    /// request, so that no result is silently missing later.
    ///
    /// - Returns: Whether the account stores the results.
    private func keep(
        _ answered: [(picture: UploadedPicture, prediction: Prediction)], of request: Request, context: ServerContext
    ) async throws -> Bool {
        // A request that another site has caused is treated as anonymous.
        if let accounts, RequestOrigin.isOwn(request), let session = try await accounts.caller(request).session {
            try await accounts.results.keep(answered.map { ($0.bytes, $1) }, for: session.user)
            return true
        }
        await store?.keep(answered, logger: context.logger)
        return false
    }

    /// - Throws: `APIError` for a value other than `true` and `false`.
    static func asksForSaliency(_ request: Request) throws -> Bool {
        switch request.uri.queryParameters["saliency"] {
        case nil, "false": return false
        case "true": return true
        default:
            throw APIError(
                .malformedQuery, "The query parameter saliency must be true or false.", endsConnection: true)
        }
    }

    /// Returns the result or error of one picture, or `results` of several. The status is 200 if any picture has a result.
    static func response(
        _ answers: [Result<Prediction, APIError>], names: [String], requestID: String
    ) throws -> Response {
        if answers.count == 1 { return try JSONBody.response(answers[0].get()) }
        let results = zip(names, answers).map { PictureResult(file: $0, answer: $1, requestID: requestID) }
        if answers.contains(where: { (try? $0.get()) != nil }) {
            return try JSONBody.response(PictureResults(results: results, error: nil))
        }
        let error = APIError(.noAnswer)
        return try JSONBody.response(
            PictureResults(results: results, error: ErrorBody.Content(error, requestID: requestID)),
            status: error.code.status)
    }
}

/// `{"results": […]}`, with an error if no picture has a result.
struct PictureResults: Encodable {
    let results: [PictureResult]
    let error: ErrorBody.Content?
}

/// A prediction, or `{"file", "error"}`.
struct PictureResult: Encodable {
    let file: String
    let answer: Result<Prediction, APIError>
    let requestID: String

    private enum CodingKeys: String, CodingKey { case file, error }

    func encode(to encoder: any Encoder) throws {
        switch answer {
        case .success(let prediction): try prediction.encode(to: encoder)
        case .failure(let error):
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(file, forKey: .file)
            try container.encode(ErrorBody.Content(error, requestID: requestID), forKey: .error)
        }
    }
}
