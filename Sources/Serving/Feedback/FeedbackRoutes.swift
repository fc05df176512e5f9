import APIErrors
import Accounts
import Classifiers
import Foundation
import Hummingbird
import Inference

/// `GET /review` and `POST /feedback`, for clinicians. The operator grants the role with
/// `heartsense-server grant-clinician`.
struct FeedbackRoutes: Sendable {
    let service: AccountService
    let pages: AccountPages
    let queue: ReviewQueue
    /// The label codes of the served model, for the page.
    let codes: [String]

    private static let noteLimit = 1000
    private static let greatestCount = 50

    func add(to routes: inout RouteTable) {
        routes.handle("review") { request, _ in try await review(request) }
        routes.handle("feedback") { try await record($0, $1) }
    }

    /// - Throws: `APIError` with `notLoggedIn` or `notAClinician`.
    private static func clinician(_ caller: Caller) throws -> Session {
        let session = try caller.account()
        guard session.role == .clinician else { throw APIError(.notAClinician) }
        return session
    }

    // MARK: - The queue

    private func review(_ request: Request) async throws -> Response {
        let caller = try await service.caller(request)
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        if wantsPage, caller.session == nil { return AccountPages.toLogin }
        do {
            let session = try Self.clinician(caller)
            let count = try request.uri.queryParameters["limit"].map { text in
                guard let count = Int(text), (1 ... Self.greatestCount).contains(count) else {
                    throw APIError(
                        .malformedQuery,
                        "The query parameter limit must be a whole number from 1 to \(Self.greatestCount).")
                }
                return count
            }
            let entries = try await queue.next(for: session.user, count: count ?? 10)
            guard wantsPage else { return try JSONBody.response(Review(results: entries.map(Review.Entry.init))) }
            return pages.page.response(
                ReviewPage(
                    site: pages.page.site, isSaved: request.uri.queryParameters["saved"] == "true",
                    isEmpty: entries.isEmpty,
                    entries: entries.enumerated().map { ReviewPage.Entry(number: $0 + 1, $1, csrf: caller.formToken) }),
                template: "review", status: .ok)
        } catch let error as APIError where wantsPage {
            return page(of: error, title: "Results not available")
        }
    }

    private struct Review: Encodable {
        struct Entry: Encodable {
            let result: String
            let row: String
            let priority: Double
            let created: String
            let hasPicture: Bool
            // The result without the file name, which may contain a patient's name.
            let decision: [String]
            let uncertain: Bool
            let reasons: [Reason]
            let labels: [Prediction.Label]
            let model: Prediction.Model

            enum CodingKeys: String, CodingKey {
                case result, row, priority, created, decision, uncertain, reasons, labels, model
                case hasPicture = "has_picture"
            }

            init(_ entry: ReviewQueue.Entry) {
                (result, row) = (entry.prediction.id, "\(entry.row)")
                priority = entry.priority
                created = entry.created.ISO8601Format()
                hasPicture = entry.picture != nil
                (decision, uncertain) = (entry.prediction.decision, entry.prediction.uncertain)
                (reasons, labels, model) = (entry.prediction.reasons, entry.prediction.labels, entry.prediction.model)
            }
        }

        let results: [Entry]
    }

    // MARK: - Corrections

    private func record(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        do {
            // The page has a checkbox per label; programs send a list.
            let boxes = codes.map { "label-\($0)" }
            let fields = try await Fields(of: request, known: ["result", "row", "labels", "note"] + boxes)
            let session = try Self.clinician(try await service.caller(request, sending: fields))
            var labels = fields.optional("labels").map { $0.split(separator: "|").map(String.init) } ?? []
            for (code, box) in zip(codes, boxes) where try fields.truth(box) { labels.append(code) }
            let note = fields.optional("note") ?? ""
            guard note.count <= Self.noteLimit, PlainText.isLine(note) else {
                throw APIError(
                    .invalidField,
                    "The note may have at most \(Self.noteLimit) characters in one line, without HTML.")
            }
            let row = try fields.optional("row").map { text in
                guard let row = Int64(text) else {
                    throw APIError(.invalidField, "The field row must be the value of row in GET /review.")
                }
                return row
            }
            try await queue.record(
                labels, note: note, of: try fields.required("result"), row: row, by: session.user)
            return wantsPage
                ? Response(status: .seeOther, headers: [.location: "/review?saved=true"])
                : try JSONBody.response(AccountRoutes.Status(status: "recorded"))
        } catch let error as APIError where wantsPage {
            return page(of: error, title: "Not saved")
        }
    }

    private func page(of error: APIError, title: String) -> Response {
        let isClosed = error.code == .notAClinician
        var response = pages.response(
            AccountNotice(
                title: isClosed ? "Clinicians only" : title,
                text: "\(error.message) (error code \(error.code.rawValue))",
                links: [
                    isClosed
                        ? .init(place: "/history", words: "Your results")
                        : .init(place: "/review", words: "Back to the results")
                ]))
        response.status = error.code.status
        return response
    }
}
