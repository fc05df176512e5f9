import APIErrors
import Accounts
import Classifiers
import Foundation
import Hummingbird
import Inference

/// `GET /review`, `POST /feedback` and `POST /review/undo`, for clinicians. The operator grants the role with
/// `heartsense-server grant-clinician`.
///
/// The page shows one result at a time. Programs get a list.
struct FeedbackRoutes: Sendable {
    let service: AccountService
    let pages: AccountPages
    let queue: ReviewQueue
    /// The label codes of the served models, for the page.
    let codes: [String]

    private static let noteLimit = 1000
    private static let greatestCount = 50

    /// Whether the page shows the model's answer after that of the clinician.
    private var isBlind: Bool { service.configuration.reviewsBlind }

    func add(to routes: inout RouteTable) {
        routes.handle("review") { try await review($0, $1) }
        routes.handle("feedback") { try await record($0, $1) }
        routes.handle("undoFeedback") { try await undo($0, $1) }
    }

    /// - Throws: `APIError` with `notLoggedIn` or `notAClinician`.
    private static func clinician(_ caller: Caller) throws -> Session {
        let session = try caller.account()
        guard session.role == .clinician else { throw APIError(.notAClinician) }
        return session
    }

    // MARK: - The queue

    private func review(_ request: Request, _ context: ServerContext) async throws -> Response {
        let caller = try await service.caller(request)
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        if wantsPage, caller.session == nil { return AccountPages.toLogin }
        do {
            let session = try Self.clinician(caller)
            let count = try Self.number("limit", of: request, 1 ... Int64(Self.greatestCount))
            let after = try Self.number("after", of: request)
            let row = try Self.number("row", of: request)
            let saved = try Self.number("saved", of: request)
            guard wantsPage else {
                let entries = try await queue.next(for: session.user, count: Int(count ?? 10), after: after)
                return try JSONBody.response(Review(results: entries.map(Review.Entry.init)))
            }
            var review: ReviewQueue.Review?
            if let saved { review = try await queue.review(saved, by: session.user) }
            let entry: ReviewQueue.Entry?
            if let row {
                entry = try await queue.entry(row: row, for: session.user)
            } else {
                entry = try await queue.next(for: session.user, count: 1, after: after).first
            }
            return try await page(
                entry, session: session, caller: caller, review: review, isSkipping: after != nil)
        } catch let error as APIError where wantsPage {
            return page(of: error, title: "Results not available")
        }
    }

    /// Reads a query parameter; nil if it is absent.
    private static func number(
        _ name: String, of request: Request, _ range: ClosedRange<Int64> = 0 ... .max
    ) throws -> Int64? {
        try request.uri.queryParameters[Substring(name)].map { text in
            guard let number = Int64(text), range.contains(number) else {
                let end =
                    range.upperBound == .max ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
                throw APIError(.malformedQuery, "The query parameter \(name) must be a whole number from \(end).")
            }
            return number
        }
    }

    private func page(
        _ entry: ReviewQueue.Entry?, session: Session, caller: Caller, review: ReviewQueue.Review? = nil,
        isSkipping: Bool = false, error: PageError? = nil, sent: Fields? = nil
    ) async throws -> Response {
        let count = try await queue.count(for: session.user)
        return pages.page.response(
            ReviewPage(
                site: pages.page.site, isBlind: isBlind, count: count == 1 ? "1 result" : "\(count) results",
                saved: review.map { ReviewPage.Saved($0, csrf: caller.formToken) }, error: error,
                isEmpty: entry == nil, isSkipping: isSkipping,
                entry: entry.map { ReviewPage.Entry($0, csrf: caller.formToken, isBlind: isBlind, sent: sent) }),
            template: "review", status: .ok)
    }

    private struct Review: Encodable {
        struct Entry: Encodable {
            let result: String
            let row: String
            let priority: Double
            let created: String
            let hasPicture: Bool
            /// Whether the result is that of an upload.
            let hasECG: Bool
            // The result without the file name, which may contain a patient's name.
            let decision: [String]
            let uncertain: Bool
            let reasons: [Reason]
            let labels: [Prediction.Label]
            let model: Prediction.Model

            enum CodingKeys: String, CodingKey {
                case result, row, priority, created, decision, uncertain, reasons, labels, model
                case hasPicture = "has_picture"
                case hasECG = "has_ecg"
            }

            init(_ entry: ReviewQueue.Entry) {
                (result, row) = (entry.id, "\(entry.row)")
                priority = entry.priority
                created = entry.created.ISO8601Format()
                (hasPicture, hasECG) = (entry.picture != nil, entry.drawing != nil)
                (decision, uncertain) = (entry.prediction.decision, entry.prediction.uncertain)
                (reasons, labels, model) = (entry.prediction.reasons, entry.prediction.labels, entry.prediction.model)
            }
        }

        let results: [Entry]
    }

    // MARK: - Corrections

    private func record(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        var sent: (fields: Fields, caller: Caller)?
        do {
            // The page has a checkbox per label; programs send a list.
            let boxes = codes.map { "label-\($0)" }
            let fields = try await Fields(
                of: request, known: ["result", "row", "labels", "note", "cannot_judge"] + boxes)
            let caller = try await service.caller(request, sending: fields)
            let session = try Self.clinician(caller)
            sent = (fields, caller)
            let cannotJudge = try fields.truth("cannot_judge")
            var labels = fields.optional("labels").map { $0.split(separator: "|").map(String.init) } ?? []
            // On the page the button counts, whatever was selected before.
            for (code, box) in zip(codes, boxes) where try fields.truth(box) && !cannotJudge { labels.append(code) }
            let note = fields.optional("note") ?? ""
            guard note.count <= Self.noteLimit, PlainText.isLine(note) else {
                throw APIError(
                    .invalidField,
                    "The note may have at most \(Self.noteLimit) characters in one line, without HTML.")
            }
            let review = try await queue.record(
                labels, note: note, of: try fields.required("result"), row: try fields.number("row"),
                by: session.user, cannotJudge: cannotJudge)
            return wantsPage
                ? Response(status: .seeOther, headers: [.location: "/review?saved=\(review)"])
                : try JSONBody.response(Recorded(feedback: "\(review)"))
        } catch let error as APIError where wantsPage {
            guard error.code == .invalidField, let (fields, caller) = sent, let session = caller.session,
                let row = try? fields.number("row"),
                let entry = try? await queue.entry(row: row, for: session.user)
            else { return page(of: error, title: "Not saved") }
            var response = try await page(
                entry, session: session, caller: caller,
                error: PageError(message: error.message, code: error.code.rawValue, requestID: context.requestID),
                sent: fields)
            response.report(error)
            return response
        }
    }

    private struct Recorded: Encodable {
        let status = "recorded"
        /// The number of the review, to undo it.
        let feedback: String
    }

    private func undo(_ request: Request, _ context: ServerContext) async throws -> Response {
        let wantsPage = AcceptHeader.prefersHTML(request.headers[.accept])
        do {
            let fields = try await Fields(of: request, known: ["feedback"])
            let session = try Self.clinician(try await service.caller(request, sending: fields))
            guard let number = try fields.number("feedback") else {
                throw APIError(.invalidField, "The field feedback is missing or empty.")
            }
            let row = try await queue.undo(number, by: session.user)
            return wantsPage
                ? Response(status: .seeOther, headers: [.location: "/review?row=\(row)"])
                : try JSONBody.response(AccountRoutes.Status(status: "undone"))
        } catch let error as APIError where wantsPage {
            return page(of: error, title: "Not undone")
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
