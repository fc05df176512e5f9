import APIErrors
import Accounts
import Classifiers
import Foundation
import Hummingbird
import Inference

/// `GET /review` and `POST /feedback`: what clinicians see and say. The role is the operator's to give
/// (`heartsense-server grant-clinician`).
struct FeedbackRoutes: Sendable {
    let service: AccountService
    let pages: AccountPages
    let queue: ReviewQueue
    /// Of the model that is served: the boxes of the page.
    let codes: [String]

    static let paths: [(HTTPRequest.Method, String)] = [(.get, "/review"), (.post, "/feedback")]

    private static let noteLimit = 1000
    private static let greatestCount = 50

    func add(to routes: inout RouteTable) {
        routes.add(.get, "/review") { request, _ in try await review(request) }
        routes.add(.post, "/feedback") { try await record($0, $1) }
    }

    /// - Throws: `Refusal` with `notLoggedIn` or `notAClinician`.
    private static func clinician(_ caller: Caller) throws -> Session {
        let session = try caller.account()
        guard session.role == .clinician else { throw Refusal(.notAClinician, ErrorCode.notAClinician.meaning) }
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
                    throw Refusal(
                        .malformedQuery, "The query parameter limit is a whole number from 1 to \(Self.greatestCount).")
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
        } catch let refusal as Refusal where wantsPage {
            return page(of: refusal, title: "The results cannot be shown")
        }
    }

    private struct Review: Encodable {
        struct Entry: Encodable {
            let result: String
            let priority: Double
            let created: String
            let hasPicture: Bool
            // The answer without the file's name, which may be a patient's.
            let decision: [String]
            let uncertain: Bool
            let reasons: [Reason]
            let labels: [Prediction.Label]
            let model: Prediction.Model

            enum CodingKeys: String, CodingKey {
                case result, priority, created, decision, uncertain, reasons, labels, model
                case hasPicture = "has_picture"
            }

            init(_ entry: ReviewQueue.Entry) {
                result = entry.prediction.id
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
            // A page has a box for each label, a program a list.
            let boxes = codes.map { "label-\($0)" }
            let fields = try await Fields(of: request, known: ["result", "labels", "note"] + boxes)
            let session = try Self.clinician(try await service.caller(request, sending: fields))
            var labels = fields.optional("labels").map { $0.split(separator: "|").map(String.init) } ?? []
            for (code, box) in zip(codes, boxes) where try fields.truth(box) { labels.append(code) }
            let note = fields.optional("note") ?? ""
            guard note.count <= Self.noteLimit, PlainText.isLine(note) else {
                throw Refusal(
                    .invalidField,
                    "The field note has one line of at most \(Self.noteLimit) characters, without HTML.")
            }
            try await queue.record(labels, note: note, of: try fields.required("result"), by: session.user)
            return wantsPage
                ? Response(status: .seeOther, headers: [.location: "/review?saved=true"])
                : try JSONBody.response(AccountRoutes.Status(status: "recorded"))
        } catch let refusal as Refusal where wantsPage {
            return page(of: refusal, title: "Nothing was saved")
        }
    }

    private func page(of refusal: Refusal, title: String) -> Response {
        let isClosed = refusal.code == .notAClinician
        var response = pages.response(
            AccountNotice(
                title: isClosed ? "For clinicians only" : title,
                text: "\(refusal.message) (code \(refusal.code.rawValue))",
                links: [
                    isClosed
                        ? .init(place: "/history", words: "Your own results")
                        : .init(place: "/review", words: "Back to the results")
                ]))
        response.status = refusal.code.status
        return response
    }
}
