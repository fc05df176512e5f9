import Files
import Foundation
import Imaging
import Inference
import TestSupport
import Testing

@testable import Accounts
@testable import Serving

struct ReportMessageTests {
    /// The colors of a bar.
    private static let (empty, filled): ([UInt8], [UInt8]) = ([229, 231, 235], [29, 78, 137])

    private func message(_ prediction: Prediction, picture: Data? = nil) throws -> ReportMessage {
        ReportMessage(
            prediction, input: Digest(of: "picture"), created: Date(timeIntervalSince1970: 0),
            figure: try ReportFigure(prediction, explained: prediction, picture: picture, limits: Page.Limits()),
            reportID: "abc")
    }

    @Test func `a finding has its explanation, link, score and reference details`() throws {
        let message = try message(try SampleAnswers.prediction())
        #expect(message.subject == "Your ECG result of 1970-01-01")
        for text in [message.text, message.html] {
            for part in [
                "Ventricular arrhythmia (V)", "score 93 %", "About Ventricular arrhythmia.", "https://example.org/V",
                "Not a medical device.", "s 1", "neutral", Digest(of: "picture").description, "abc", "0123",
            ] { #expect(text.contains(part), "\(part)") }
            #expect(!text.contains("https://example.org/N"))
        }
        #expect(message.html.contains("<img src=\"cid:figure\""))
        #expect(message.attachments.map(\.contentID) == ["figure"])
    }

    @Test func `an uncertain result names no condition above its scores`() throws {
        let message = try message(try SampleAnswers.prediction(reasons: ["low_confidence"]))
        let top = message.text.components(separatedBy: "Scores of all conditions")[0]
        #expect(top.contains("Result: uncertain") && top.contains("The model is not confident enough"))
        #expect(!top.contains("Ventricular") && !top.contains("Normal"))
    }

    @Test func `text of a model is escaped`() throws {
        let prediction = try SampleAnswers.prediction()
        let json = try prediction.jsonLine().replacing("About Ventricular", with: "<script>&'\u{301}")
        let hostile = try JSONDecoder().decode(Prediction.self, from: Data(json.utf8))
        let html = try message(hostile).html
        #expect(!html.contains("<script>"))
        #expect(html.contains("&lt;script&gt;&amp;&#39;\u{301}"))
    }

    @Test func `the figure is the picture without metadata and small enough for mail, or the scores`() throws {
        let prediction = try SampleAnswers.prediction()
        let large = try Page(width: 4000, height: 30, pixels: [UInt8](repeating: 200, count: 3 * 4000 * 30)).pngData()
        let figure = try ReportFigure(prediction, explained: nil, picture: large, limits: Page.Limits())
        let page = try Page(decoding: figure.png, name: "figure")
        #expect(page.width == 1333 && page.height == 10 && page.pixels.allSatisfy { $0 == 200 })
        let bars = try Page(
            decoding: try ReportFigure(prediction, explained: nil, picture: nil, limits: Page.Limits()).png,
            name: "bars")
        // Two bars: the first is empty, the second is filled to 93 %.
        func middle(_ row: Int, _ x: Int) -> [UInt8] {
            let place = 3 * ((row * 28 + 14) * 480 + x)
            return Array(bars.pixels[place ..< place + 3])
        }
        #expect(middle(0, 5) == Self.empty && middle(1, 5) == Self.filled)
        #expect(middle(1, 440) == Self.filled && middle(1, 455) == Self.empty)
    }
}
