import Foundation
import Hummingbird
import TestSupport
import Testing

@testable import APIErrors
@testable import Serving

struct WebPageTests {
    private let page: WebPage

    init() throws {
        page = try WebPage(
            model: "beats <1>", digest: String(repeating: "ab", count: 32),
            limits: ServerConfiguration(file: nil, environment: ["HEARTSENSE_LIMITS_FILES": "5"]).limits,
            retentionHours: nil)
    }

    private func text(_ response: Response) async throws -> String {
        let writer = CollectingWriter()
        try await response.body.write(writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `the page says the limits, the model and that it is no medical device`() async throws {
        let response = page.homeResponse()
        let html = try await text(response)
        #expect(html.contains("data-files=\"5\"") && html.contains("up to 5 at a time, 20 MB each"))
        #expect(html.contains("beats &lt;1&gt;") && html.contains("abababababababab<"))
        #expect(html.contains("Not a medical device.") && html.contains("nothing is kept"))
        #expect(html.contains("<html lang=\"en\">") && !html.contains("{{"))
    }

    @Test func `where pictures are kept the page says for how long`() async throws {
        let keeping = try WebPage(
            model: "m", digest: "", limits: ServerConfiguration(file: nil, environment: [:]).limits,
            retentionHours: 1.5)
        #expect(try await text(keeping.homeResponse()).contains("kept on the server for 1.5 hours"))
    }

    /// The policy forbids inline scripts and styles; a page that had some would be broken in silence.
    @Test func `no page has anything inline or from elsewhere`() async throws {
        let saliency = #"{"status": "shown", "correlation": -0.123, "text": "There.", "png": "aGVsbG8="}"#
        let pages = [
            page.homeResponse(),
            page.response([.success(try SampleAnswers.prediction(saliency: saliency))], names: ["a.png"]),
            page.response(Refusal(.busy, "Busy."), requestID: "1"),
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

    @Test func `a certain answer names its condition, explains it and shows bars, votes and saliency`() async throws {
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
        #expect(!html.contains("About Normal"), "what was not decided is not explained")
    }

    @Test func `an uncertain answer names no condition, least of all normal`() async throws {
        for reasons in [["no_label_decided"], ["low_confidence", "members_disagree"], ["poor_quality"]] {
            for decided in [[], ["N"], ["N", "V"]] {
                let prediction = try SampleAnswers.prediction(reasons: reasons, decided: decided)
                let html = try await text(page.response([.success(prediction)], names: ["a.png"]))
                #expect(html.contains("Uncertain</span> No condition is named."))
                #expect(
                    html.components(separatedBy: "<ul class=\"reasons\">")[1].components(separatedBy: "<li>").count
                        == 1 + reasons.count)
                #expect(!html.contains("class=\"condition\"") && !html.contains("About Normal"))
                #expect(html.contains("<details class=\"scores\">"), "the scores are closed")
                #expect(!html.contains("is-decided"))
            }
        }
    }

    @Test func `several answers have an overview, and each refusal its reason`() async throws {
        let html = try await text(
            page.response(
                [
                    .success(try SampleAnswers.prediction()),
                    .success(try SampleAnswers.prediction(reasons: ["low_confidence"], decided: ["N"])),
                    .failure(Refusal(.blankPicture, "c.png: nothing is drawn.")),
                ], names: ["a.png", "b.png", "c.png"]))
        #expect(html.contains("2 of 3 pictures answered"))
        #expect(html.contains("<a href=\"#answer-1\">a.png</a> <span>Ventricular arrhythmia (V)</span>"))
        #expect(html.contains("<a href=\"#answer-2\">b.png</a> <span>Uncertain</span>"))
        #expect(html.contains("<a href=\"#answer-3\">c.png</a> <span>Not answered</span>"))
        #expect(html.contains("Nothing is drawn.") && html.contains("Code blank_picture."))
    }

    @Test func `names that clients send stand between tags only`() async throws {
        // A combining character makes one Character of a quote and itself, which the templates' escaping passes over.
        let name = "\"\u{301} onload=alert(1) x=\"\u{301}<script>&'\u{301}.png"
        let html = try await text(
            page.response(
                [
                    .success(try SampleAnswers.prediction(file: name)), .failure(Refusal(.emptyFile, "\(name): empty")),
                ], names: [name, name]))
        #expect(!html.contains("<script>"))
        let tags = html.matches(of: #/<[^>]*>/#).map { String($0.output) }
        #expect(tags.allSatisfy { !$0.contains("onload") })
        #expect(html.contains("onload"), "the name is shown")
    }

    @Test func `a refused request keeps its status and headers`() async throws {
        let refusal = Refusal(.busy, "The server is <busy>.", headers: [.retryAfter: "3"], endsConnection: true)
        let response = page.response(refusal, requestID: "r1")
        #expect(response.status == .serviceUnavailable && response.headers[.retryAfter] == "3")
        #expect(response.headers[.connection] == "close")
        let html = try await text(response)
        #expect(html.contains("The server is &lt;busy&gt;.") && html.contains("Code busy, request r1."))
    }

    @Test func `files are asked for by their content and unknown ones refused`() async throws {
        let html = try await text(page.homeResponse())
        for asset in [PageAssets.style, PageAssets.script, PageAssets.icon] {
            #expect(html.contains("\"\(asset.address)\""))
            #expect(try PageAssets.response(asset.name).headers[.contentType] == asset.type)
        }
        #expect(throws: Refusal.self) { try PageAssets.response("../page.css") }
        #expect(throws: Refusal.self) { try PageAssets.response(nil) }
    }
}

/// Keeps what a body writes.
private final class CollectingWriter: ResponseBodyWriter {
    nonisolated(unsafe) var bytes: [UInt8] = []

    func write(_ buffer: ByteBuffer) async throws { bytes += buffer.readableBytesView }
    func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
