import Testing

@testable import Digitization

struct PageAssemblyTests {
    /// Two columns of two leads with printed names, at 25 mm/s.
    private static func page(
        text: String, gain: Double = 10, columnWidth: Double = 125, pulses: [CalibrationPulse] = []
    ) -> ReadPage {
        let names = [["I", "V1"], ["II", "V2"]]
        var words = text.split(separator: " ").enumerated().map { index, word in
            PageWord(
                text: String(word), left: 12 * Double(index), top: 190, right: 12 * Double(index) + 9, bottom: 193,
                confidence: 0.95)
        }
        let traces = names.enumerated().map { row, leads in
            let level = 50 + 70 * Double(row)
            for (column, name) in leads.enumerated() {
                let left = 22 + columnWidth * Double(column)
                words.append(
                    PageWord(
                        text: name, left: left, top: level - 25, right: left + 5, bottom: level - 22, confidence: 0.9))
            }
            let y = (0 ..< Int(20 * columnWidth)).map { index -> Float in
                let x = 0.1 * Double(index)
                return Float(level - gain * SamplePage.lead(leads[x < columnWidth ? 0 : 1], x / 25))
            }
            return PageTrace(start: 20, spacing: 0.1, y: y, row: row)
        }
        return ReadPage(
            kind: .raster, width: 320, height: 210,
            grid: PageGrid(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8, rotationDegrees: 0, source: .lines),
            traces: traces, words: words, pulses: pulses,
            mapping: PageMapping(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8), reasons: [])
    }

    private static func pulse(_ height: Double, row: Int, isLeft: Bool) -> CalibrationPulse {
        CalibrationPulse(
            left: isLeft ? 10 : 275, right: isLeft ? 15 : 280, top: 0, bottom: height, row: row)
    }

    @Test func `a page with printed scale and usual length is usable`() {
        let digitized = PageAssembly.digitized(Self.page(text: "25 mm/s 10 mm/mV"))
        #expect(digitized.reasons.isEmpty && digitized.recording.leads.map(\.name) == ["I", "II", "V1", "V2"])
    }

    @Test func `rows that last too long contradict the scale`() {
        let digitized = PageAssembly.digitized(Self.page(text: "25 mm/s 10 mm/mV", columnWidth: 140))
        #expect(digitized.reasons == [.noGrid])
    }

    @Test func `pulses at both ends of the rows give limb and chest leads their gains`() {
        let pulses = [0, 1].flatMap { [Self.pulse(10, row: $0, isLeft: true), Self.pulse(5, row: $0, isLeft: false)] }
        let digitized = PageAssembly.digitized(Self.page(text: "25 mm/s 10 mm/mV", pulses: pulses))
        #expect((digitized.gain, digitized.chestGain) == (10, 5) && digitized.gainEvidence == .pulse)
    }

    @Test func `a page whose text lost the gain of some leads is refused, unless a person states it`() {
        let page = Self.page(text: "25 mm/s limb 10 mm/mV chest f mm/mV")
        #expect(PageAssembly.digitized(page).reasons == [.noGrid])
        #expect(PageAssembly.digitized(page, hints: PageHints(gain: 10)).reasons.isEmpty)
    }

    @Test func `large amplitudes contradict an assumed gain, but not a printed one`() {
        #expect(PageAssembly.digitized(Self.page(text: "25 mm/s", gain: 40)).reasons == [.noGrid])
        #expect(PageAssembly.digitized(Self.page(text: "25 mm/s")).reasons.isEmpty)
        #expect(PageAssembly.digitized(Self.page(text: "25 mm/s 20 mm/mV", gain: 40)).reasons.isEmpty)
    }

    @Test func `a few beats do not confirm an assumed speed`() {
        #expect(PageAssembly.digitized(Self.page(text: "10 mm/mV", columnWidth: 45)).reasons == [.noGrid])
        #expect(PageAssembly.digitized(Self.page(text: "25 mm/s 10 mm/mV", columnWidth: 45)).reasons.isEmpty)
    }
}
