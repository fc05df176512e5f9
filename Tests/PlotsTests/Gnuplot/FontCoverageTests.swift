import Foundation
import Testing

@testable import Plots

struct FontCoverageTests {
    @Test(arguments: ["N|S_1 %", "é ß ñ Ž", "Ωμ → ≤ − “é” …", "Кардио", "e\u{301}"])
    func `characters of the font stay`(text: String) {
        #expect(FontCoverage.drawable(text) == text)
    }

    @Test func `each character that the font lacks becomes one square`() {
        #expect(FontCoverage.drawable("a漢字b👩‍⚕️") == "a□□b□")
    }

    @Test func `the font has all characters of the product's own texts`() throws {
        for (_, figure) in SampleFigures.all {
            let text = figure.title + figure.summary
            #expect(FontCoverage.drawable(text) == text)
        }
        let own = NumberText.count(-12345) + NumberText.fixed(nil) + NumberText.signed(-1)
        #expect(FontCoverage.drawable(own) == own)
    }

    @Test func `a PNG has squares for missing characters, an SVG the characters`() throws {
        func figure(_ label: String) -> ClassCountsFigure {
            ClassCountsFigure(title: "T", rows: [.init(label: label, before: 1)])
        }
        #expect(try figure("漢👩‍⚕️").drawing().png() == figure("□□").drawing().png())
        #expect(try figure("漢👩‍⚕️").drawing().svg().contains("漢👩‍⚕️"))
    }
}
