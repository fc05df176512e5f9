import Foundation
import Hummingbird
import Inference
import TestSupport
import Testing

@testable import APIErrors
@testable import Serving

struct WebPageTests {
    private let page: WebPage

    init() throws {
        page = try WebPage(
            models: [Site.Model(name: "beats <1>", digest: String(repeating: "ab", count: 32), input: "picture")],
            limits: ServerConfiguration(file: nil, environment: ["HEARTSENSE_LIMITS_FILES": "5"]).limits,
            retentionHours: nil, uploadSeconds: 1800)
    }

    private func text(_ response: Response) async throws -> String {
        let writer = CollectingWriter()
        try await response.body.write(writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `the home page has the limits, the model and the notice`() async throws {
        let response = page.homeResponse()
        let html = try await text(response)
        #expect(html.contains("data-files=\"5\"") && html.contains("up to 5 at a time, 20 MB each"))
        #expect(html.contains("beats &lt;1&gt;") && html.contains("abababababababab<"))
        #expect(html.contains("Not a medical device.") && html.contains("deleted after 30 minutes"))
        #expect(html.contains("<html lang=\"en\">") && !html.contains("{{"))
    }

    @Test func `the home page has the retention of results`() async throws {
        let keeping = try WebPage(
            models: [], limits: ServerConfiguration(file: nil, environment: [:]).limits, retentionHours: nil,
            uploadSeconds: 5400)
        #expect(try await text(keeping.homeResponse()).contains("deleted after 1.5 hours."))
    }

    /// The policy forbids inline scripts and styles, which would silently break a page.
    @Test func `no page has inline or foreign code`() async throws {
        let saliency = #"{"status": "shown", "correlation": -0.123, "text": "There.", "png": "aGVsbG8="}"#
        let pages = [
            page.homeResponse(),
            page.response([.success(try SampleAnswers.prediction(saliency: saliency))], names: ["a.png"]),
            page.response(APIError(.busy, "Busy."), requestID: "1"),
        ]
        for response in pages {
            let html = try await text(response)
            #expect(!html.contains(" style=") && !html.contains("<style"))
            #expect(try #/<script(?![^>]* src="\/assets\/)/#.firstMatch(in: html) == nil)
            #expect(try #/ on[a-z]+=/#.firstMatch(in: html) == nil)
            #expect(try #/(src|action)="(?!\/|data:image\/png;base64,)/#.firstMatch(in: html) == nil)
            let policy = try #require(response.headers[.contentSecurityPolicy])
            #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"))
        }
    }

    @Test func `a certain result names its condition, explains it and shows scores and saliency`() async throws {
        let saliency = #"{"status": "shown", "correlation": -0.123, "text": "Upper left.", "png": "aGVsbG8="}"#
        let html = try await text(
            page.response([.success(try SampleAnswers.prediction(saliency: saliency))], names: ["a.png"]))
        #expect(html.contains("<strong class=\"condition\">Ventricular arrhythmia</strong>"))
        #expect(html.contains("score 93 %") && html.contains("About Ventricular arrhythmia."))
        #expect(html.contains("href=\"https://example.org/V\" rel=\"noopener noreferrer\""))
        #expect(
            html.contains("data:image/png;base64,aGVsbG8=") && html.contains("Upper left.") && html.contains("−0.12"))
        #expect(html.contains("width=\"93%\"") && html.contains("<details class=\"scores\" open>"))
        #expect(html.contains("<th scope=\"col\">ml-svm</th><th scope=\"col\">mlaram</th>"))
        #expect(!html.contains("About Normal"), "only decided labels are explained")
    }

    @Test func `the score is explained next to the number, with a link to the figures of the model`() async throws {
        let html = try await text(page.response([.success(try SampleAnswers.prediction())], names: ["a.png"]))
        let number = try #require(html.range(of: "score 93 %"))
        let meaning = try #require(html.range(of: "The score estimates how often such a result is right"))
        let scores = try #require(html.range(of: "<details class=\"scores\""))
        #expect(number.upperBound < meaning.lowerBound && meaning.upperBound < scores.lowerBound)
        #expect(html.contains("<a href=\"/model\">How good is this model?</a>"))
    }

    @Test func `a classifier with the vote weight 0 says so`() async throws {
        let digest = String(repeating: "ab", count: 32)
        let json = try SampleAnswers.prediction().jsonLine().replacing(
            "\"sha256\":\"\"", with: "\"sha256\":\"\(digest)\"")
        let prediction = try JSONDecoder().decode(Prediction.self, from: Data(json.utf8))
        let model = Site.Model(name: "m", digest: digest, input: "picture", unweighted: ["mlaram"])
        let page = try WebPage(
            models: [model], limits: ServerConfiguration(file: nil, environment: [:]).limits, retentionHours: nil,
            uploadSeconds: 1800)
        let html = try await text(page.response([.success(prediction)], names: ["a.png"]))
        #expect(html.contains("<th scope=\"col\">ml-svm</th>"))
        #expect(html.contains("<th scope=\"col\">mlaram (not counted)</th>"))
        #expect(html.contains("Vote weight 0: mlaram."))
    }

    @Test func `a score that no single region determines says so instead of a map`() async throws {
        let flat = #"{"status": "flat", "text": "No single region determines the score for Normal."}"#
        let html = try await text(
            page.response([.success(try SampleAnswers.prediction(saliency: flat))], names: ["a.png"]))
        #expect(html.contains("<figcaption>No single region determines the score") && !html.contains("data:image/png"))
    }

    @Test func `an uncertain result names no condition, not even normal`() async throws {
        for reasons in [["no_label_decided"], ["low_confidence", "members_disagree"], ["poor_quality"]] {
            for decided in [[], ["N"], ["N", "V"]] {
                let prediction = try SampleAnswers.prediction(reasons: reasons, decided: decided)
                let html = try await text(page.response([.success(prediction)], names: ["a.png"]))
                #expect(html.contains("Uncertain</span> The model is not sure enough to name a condition."))
                #expect(
                    html.components(separatedBy: "<ul class=\"reasons\">")[1].components(separatedBy: "<li>").count
                        == 1 + reasons.count)
                #expect(!html.contains("class=\"condition\"") && !html.contains("About Normal"))
                #expect(html.contains("<details class=\"scores\">"), "the scores are closed")
                #expect(!html.contains("is-decided"))
            }
        }
    }

    @Test func `several results have an overview, and each error its reason`() async throws {
        let html = try await text(
            page.response(
                [
                    .success(try SampleAnswers.prediction()),
                    .success(try SampleAnswers.prediction(reasons: ["low_confidence"], decided: ["N"])),
                    .failure(APIError(.blankPicture, "Nothing is drawn.", file: "c.png")),
                ], names: ["a.png", "b.png", "c.png"]))
        #expect(html.contains("Results for 2 of 3 pictures"))
        #expect(html.contains("<a href=\"#answer-1\">a.png</a> <span>Ventricular arrhythmia (V)</span>"))
        #expect(html.contains("<a href=\"#answer-2\">b.png</a> <span>Uncertain</span>"))
        #expect(html.contains("<a href=\"#answer-3\">c.png</a> <span>No result</span>"))
        #expect(html.contains("</span> Nothing is drawn.") && html.contains("Error code: blank_picture"))
    }

    @Test func `file names appear between tags only`() async throws {
        // A quote and a combining character form one Character, which the templates do not escape.
        let name = "\"\u{301} onload=alert(1) x=\"\u{301}<script>&'\u{301}.png"
        let html = try await text(
            page.response(
                [
                    .success(try SampleAnswers.prediction(file: name)), .failure(APIError(.emptyFile, file: name)),
                ], names: [name, name]))
        #expect(!html.contains("<script>"))
        let tags = html.matches(of: #/<[^>]*>/#).map { String($0.output) }
        #expect(tags.allSatisfy { !$0.contains("onload") })
        #expect(html.contains("onload"), "the name is shown")
    }

    @Test func `a rejected request keeps its status and headers`() async throws {
        let error = APIError(.busy, "The server is <busy>.", headers: [.retryAfter: "3"], endsConnection: true)
        let response = page.response(error, requestID: "r1")
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "3")
        #expect(response.headers[.connection] == "close")
        let html = try await text(response)
        #expect(html.contains("The server is &lt;busy&gt;.") && html.contains("Error code: busy. Request: r1."))
    }

    @Test func `files have addresses with their digest, and unknown ones are rejected`() async throws {
        let html = try await text(page.homeResponse())
        for asset in [PageAssets.style, PageAssets.script, PageAssets.icon] {
            #expect(html.contains("\"\(asset.address)\""))
            #expect(try PageAssets.response(asset.name).headers[.contentType] == asset.type)
        }
        #expect(throws: APIError.self) { try PageAssets.response("../page.css") }
        #expect(throws: APIError.self) { try PageAssets.response(nil) }
    }
}

/// Collects the bytes of a body.
private final class CollectingWriter: ResponseBodyWriter {
    nonisolated(unsafe) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws { bytes += buffer.readableBytesView }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
