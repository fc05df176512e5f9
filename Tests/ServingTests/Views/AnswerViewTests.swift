import Foundation
import TestSupport
import Testing

@testable import Serving

struct AnswerViewTests {
    @Test(arguments: [
        (0.0, "0"), (0.0004, "0"), (0.004, "0.4"), (0.0099, "1"), (0.01, "1"), (0.934, "93"), (0.989, "99"),
        (0.9951, "99.5"), (1.0, "100"),
    ])
    func `scores are in percent, with a decimal near the ends`(score: Double, text: String) {
        #expect(AnswerView.percent(score) == text)
    }

    @Test func `scores are sorted, and votes have one order`() throws {
        let view = AnswerView(number: 1, file: "a.png", answer: .success(try SampleAnswers.prediction()))
        #expect(view.labels.map(\.code) == ["V", "N"] && view.members.map(\.name) == ["ml-svm", "mlaram"])
        #expect(view.labels[0].votes == ["93", "50"])
    }

    @Test func `the size of a picture is read from its header`() throws {
        let png =
            Data([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8))
            + Data([0, 0, 1, 0xB0, 0, 0, 1, 0x20])
        let size = try #require(AnswerView.PictureSize(ofPNG: png))
        #expect(size.width == 432 && size.height == 288)
        #expect(AnswerView.PictureSize(ofPNG: png.prefix(20)) == nil)
    }
}
