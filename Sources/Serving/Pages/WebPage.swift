import APIErrors
import Foundation
import Hummingbird
import Inference
import Mustache

/// The pages for people: templates that are compiled in, each inside the same layout.
///
/// `layout.mustache` has a place for the title, for more of the head, for navigation and for the content; a page names
/// it as its parent and fills what it needs.
///
/// Mustache escapes `<`, `>`, `&` and quotes unless a combining character follows them. Between tags that is safe,
/// for no tag begins so; in an attribute it is not. What a client has sent therefore stands between tags only.
struct WebPage: Sendable {
    /// Nothing from elsewhere, nothing inline. Pictures may be made by the page itself.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    private let library: MustacheLibrary
    let site: Site
    private let home: String

    /// - Parameters:
    ///   - model: its name.
    ///   - digest: what identifies it; a part of it is shown.
    ///   - retentionHours: how long pictures are kept; nil where they are not.
    ///   - accounts: how those are kept; nil where there are none, and no pages of them to go to.
    init(
        model: String, digest: String, limits: UploadLimits, retentionHours: Double?,
        accounts: AccountConfiguration? = nil
    ) throws {
        var library = MustacheLibrary()
        for (name, bytes) in [
            ("layout", PackageResources.layout_mustache), ("home", PackageResources.home_mustache),
            ("result", PackageResources.result_mustache), ("answer", PackageResources.answer_mustache),
            ("form", PackageResources.form_mustache), ("account", PackageResources.account_mustache),
            ("history", PackageResources.history_mustache), ("report", PackageResources.report_mustache),
            ("review", PackageResources.review_mustache),
        ] {
            try library.register(String(decoding: bytes, as: UTF8.self), named: name)
        }
        self.library = library
        site = Site(model: model, digest: String(digest.prefix(16)), hasAccounts: accounts != nil)
        home =
            library.render(
                Home(
                    site: site, limits: Home.Limits(limits),
                    retention: retentionHours.map { $0.formatted(.number.grouping(.never)) },
                    accountResults: accounts.map { Home.days($0.resultSeconds) },
                    accountPictures: accounts.flatMap { $0.pictureSeconds > 0 ? Home.days($0.pictureSeconds) : nil }),
                withTemplate: "home")
            ?? ""
    }

    /// `GET /`.
    func homeResponse() -> Response { response(home, status: .ok) }

    /// The answers for pictures, in order. A page that tells of each picture, if only why it was refused, is what was
    /// asked for: its status is 200 whatever it says, unlike that of JSON.
    func response(_ answers: [Result<Prediction, Refusal>], names: [String]) -> Response {
        let views = zip(names, answers).enumerated().map { AnswerView(number: $0 + 1, file: $1.0, answer: $1.1) }
        let answered = answers.count { (try? $0.get()) != nil }
        let heading =
            answers.count == 1
            ? (answered == 1 ? "Result" : "The picture could not be answered")
            : "\(answered) of \(answers.count) pictures answered"
        let page = ResultPage(site: site, heading: heading, refusal: nil, answers: views)
        return response(library.render(page, withTemplate: "result") ?? "", status: .ok)
    }

    /// A request that was refused as a whole.
    func response(_ refusal: Refusal, requestID: String) -> Response {
        let page = ResultPage(
            site: site, heading: "The pictures could not be answered",
            refusal: ResultPage.Refused(
                message: refusal.message, code: refusal.code.rawValue, requestID: requestID), answers: [])
        var response = response(library.render(page, withTemplate: "result") ?? "", status: refusal.code.status)
        for field in refusal.headers { response.headers[field.name] = field.value }
        if refusal.endsConnection { response.headers[.connection] = "close" }
        return response
    }

    /// Another page in the same layout.
    func response(_ values: Any, template: String, status: HTTPResponse.Status) -> Response {
        response(library.render(values, withTemplate: template) ?? "", status: status)
    }

    private func response(_ html: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.contentSecurityPolicy,
                .vary: "Accept",
                // With less a browser would not say where a form comes from, and the server could not tell its own.
                .referrerPolicy: "same-origin",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

/// What the layout says on every page.
struct Site: Sendable {
    let style = PageAssets.style.address
    let script = PageAssets.script.address
    let icon = PageAssets.icon.address
    let notice = Prediction.notice
    let model: String
    let digest: String
    let hasAccounts: Bool
}

private struct Home {
    struct Limits {
        let files: Int
        let fileBytes: Int
        let bodyBytes: Int
        let megabytes: String

        init(_ limits: UploadLimits) {
            files = limits.files
            fileBytes = limits.fileBytes
            bodyBytes = limits.bodyBytes
            megabytes = (Double(fileBytes) / 1_048_576).formatted(.number.precision(.fractionLength(0 ... 1)))
        }
    }

    let site: Site
    let limits: Limits
    let retention: String?
    /// How long an account's results are kept, in words; nil without accounts.
    let accountResults: String?
    /// The same of their pictures; nil where those are not kept.
    let accountPictures: String?

    static func days(_ seconds: Double) -> String {
        let days = (seconds / 86_400).formatted(.number.grouping(.never).precision(.fractionLength(0 ... 2)))
        return days == "1" ? "a day" : "\(days) days"
    }
}

private struct ResultPage {
    struct Refused {
        let message: String
        let code: String
        let requestID: String
    }

    let site: Site
    let heading: String
    let refusal: Refused?
    let answers: [AnswerView]
    let hasSummary: Bool

    init(site: Site, heading: String, refusal: Refused?, answers: [AnswerView]) {
        (self.site, self.heading, self.refusal, self.answers) = (site, heading, refusal, answers)
        hasSummary = answers.count > 1
    }
}
