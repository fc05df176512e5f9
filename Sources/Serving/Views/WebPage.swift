import APIErrors
import Datasets
import Foundation
import Hummingbird
import Inference

/// The web pages: compiled-in templates in a common layout.
///
/// `layout.mustache` has places for the title, further elements of the head, navigation and content. A page names it as
/// its parent and fills the places.
///
/// Mustache does not escape a character that is followed by a combining character. This is safe between tags, because no
/// tag starts with such a character, but not in attributes. Therefore user input appears only between tags.
struct WebPage: Sendable {
    /// Only resources of this server, and nothing inline. Pages may create pictures themselves.
    static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The values of the layout, with the navigation of the caller.
    var site: Site {
        var site = layout
        site.navigation = .current
        return site
    }
    private let layout: Site
    private let home: Home

    /// - Parameters:
    ///   - models: The loaded models.
    ///   - retentionHours: The retention of pictures without an account; nil if they are not stored.
    ///   - uploadSeconds: The retention of the results of uploads without an account.
    ///   - accounts: The settings of accounts; nil if there are none.
    init(
        models: [Site.Model], limits: UploadLimits, retentionHours: Double?, uploadSeconds: Double,
        accounts: AccountConfiguration? = nil
    ) {
        layout = Site(models: models, hasAccounts: accounts != nil)
        home = Home(
            site: layout, limits: Home.Limits(limits), retention: retentionHours.map(Home.duration),
            uploadRetention: Home.duration(hours: uploadSeconds / 3600),
            hasPictureModel: models.contains { $0.input == InputKind.picture.rawValue },
            accountResults: accounts.map { Home.days($0.resultSeconds) },
            accountPictures: accounts.flatMap { $0.pictureSeconds > 0 ? Home.days($0.pictureSeconds) : nil })
    }

    /// `GET /`.
    func homeResponse() -> Response {
        var home = home
        home.site = site
        return response(home, template: "home", status: .ok)
    }

    /// Returns the page with the results of pictures, in order. Its status is 200 even if all pictures have errors, unlike
    /// that of JSON.
    func response(
        _ answers: [Result<Prediction, APIError>], names: [String], place: ResultPlace = ResultPlace()
    ) -> Response {
        var place = place
        place.sendsMail = layout.hasAccounts
        let views = zip(names, answers).enumerated().map {
            AnswerView(number: $0 + 1, file: $1.0, answer: $1.1, place: place, models: layout.models)
        }
        let answered = answers.count { (try? $0.get()) != nil }
        let heading =
            answers.count == 1
            ? (answered == 1 ? "Result" : "We couldn't read this picture")
            : "Results for \(answered) of \(answers.count) pictures"
        let page = ResultPage(site: site, heading: heading, error: nil, answers: views)
        return response(page, template: "result", status: .ok)
    }

    /// Returns the page for a request that failed as a whole.
    func response(_ error: APIError, requestID: String) -> Response {
        let page = ResultPage(
            site: site, heading: "No results",
            error: PageError(
                message: error.message, code: error.code.rawValue, requestID: requestID), answers: [])
        var response = response(page, template: "result", status: .ok)
        response.report(error)
        return response
    }

    /// Returns the page with the result of an upload.
    func upload(result: Data) -> Response {
        // The server has written the JSON itself.
        guard let view = try? UploadView(result, models: layout.models, sendsMail: layout.hasAccounts) else {
            preconditionFailure("the result of an upload has another form")
        }
        let heading =
            view.answers.count > 1
            ? "Results for \(view.answers.count) pictures" : view.isCorrected ? "Result, corrected by hand" : "Result"
        return response(
            UploadPage(site: site, heading: heading, error: nil, result: view), template: "upload", status: .ok)
    }

    /// Returns the page for an upload that failed.
    func upload(error: APIError, requestID: String) -> Response {
        let page = UploadPage(
            site: site, heading: "No result",
            error: PageError(message: error.message, code: error.code.rawValue, requestID: requestID), result: nil)
        var response = response(page, template: "upload", status: .ok)
        response.report(error)
        return response
    }

    /// Returns a page with another template.
    func response(_ values: Any, template: String, status: HTTPResponse.Status) -> Response {
        response(Templates.render(values, template), status: status)
    }

    private func response(_ html: String, status: HTTPResponse.Status) -> Response {
        Response(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .contentSecurityPolicy: Self.contentSecurityPolicy,
                .vary: "Accept",
                // With a stricter policy browsers send no origin, with which the server recognizes its own forms.
                .referrerPolicy: "same-origin",
            ], body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }
}

/// An error as pages show it.
struct PageError {
    let message: String
    let code: String
    /// The id of the request, for errors of a whole request.
    var requestID: String?
}

/// The values of the layout.
struct Site: Sendable {
    struct Model: Sendable {
        let name: String
        /// A part of the digest.
        let digest: String
        /// The kind of sample that the model reads.
        let input: String
        /// The classifiers whose vote has the weight 0.
        let unweighted: [String]

        init(name: String, digest: String, input: String, unweighted: [String] = []) {
            (self.name, self.digest, self.input) = (name, String(digest.prefix(16)), input)
            self.unweighted = unweighted
        }

        init(_ model: TrainedModel) {
            self.init(
                name: model.name, digest: model.digest?.description ?? "", input: model.input.rawValue,
                unweighted: model.unweightedMembers)
        }
    }

    let style = PageAssets.style.address
    let script = PageAssets.script.address
    /// The script of the page with the result of an upload.
    let resultScript = PageAssets.resultScript.address
    /// The script of the pages of links in mail.
    let linkScript = PageAssets.linkScript.address
    /// The script of the review page.
    let reviewScript = PageAssets.reviewScript.address
    let icon = PageAssets.icon.address
    let notice = Prediction.notice
    let models: [Model]
    /// The names of all models.
    let model: String
    /// A part of the digest of the first model.
    let digest: String
    let hasAccounts: Bool
    var navigation = Navigation()

    init(models: [Model], hasAccounts: Bool) {
        (self.models, self.hasAccounts) = (models, hasAccounts)
        model = models.map(\.name).joined(separator: ", ")
        digest = models.first?.digest ?? ""
    }
}

private struct UploadPage {
    let site: Site
    let heading: String
    let error: PageError?
    let result: UploadView?
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
            megabytes = UploadLimits.megabytes(fileBytes)
        }
    }

    var site: Site
    let limits: Limits
    let retention: String?
    /// The retention of the results of uploads without an account, in words.
    let uploadRetention: String
    /// Whether `POST /predict` works.
    let hasPictureModel: Bool
    /// The retention of an account's results, in words; nil without accounts.
    let accountResults: String?
    /// The retention of an account's pictures, in words; nil if they are not stored.
    let accountPictures: String?

    /// Returns a duration in words, such as `30 minutes` or `1.5 hours`.
    static func duration(hours: Double) -> String {
        let (number, unit) = hours < 1 ? (hours * 60, "minute") : (hours, "hour")
        let text = number.formatted(.number.grouping(.never).precision(.fractionLength(0 ... 2)))
        return "\(text) \(unit)" + (text == "1" ? "" : "s")
    }

    static func days(_ seconds: Double) -> String {
        let days = (seconds / 86_400).formatted(.number.grouping(.never).precision(.fractionLength(0 ... 2)))
        return days == "1" ? "a day" : "\(days) days"
    }
}

private struct ResultPage {
    let site: Site
    let heading: String
    let error: PageError?
    let answers: [AnswerView]
    let hasSummary: Bool

    init(site: Site, heading: String, error: PageError?, answers: [AnswerView]) {
        (self.site, self.heading, self.error, self.answers) = (site, heading, error, answers)
        hasSummary = answers.count > 1
    }
}
