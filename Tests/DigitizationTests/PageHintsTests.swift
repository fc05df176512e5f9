import Testing

@testable import Digitization

struct PageHintsTests {
    /// A page with rows of a beat per second, without names and scale.
    private func page(rows: Int) -> ReadPage {
        let traces = (0 ..< rows).map { row in
            PageTrace(
                start: 5, spacing: 0.5, y: (0 ..< 120).map { Float(20 + 30 * row) - ($0 % 50 == 25 ? 10 : 0) }, row: row
            )
        }
        return ReadPage(
            kind: .raster, width: 80, height: 100,
            grid: PageGrid(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8, rotationDegrees: 0, source: .lines),
            traces: traces, words: [], pulses: [],
            mapping: PageMapping(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8),
            reasons: [])
    }

    @Test func `a stated lead names a single trace, and a stated scale replaces the assumed one`() throws {
        let hints = PageHints(speed: 50, gain: 20, lead: "V1", isPart: true)
        let digitized = PageAssembly.digitized(page(rows: 1), hints: hints)
        #expect(digitized.recording.leads.map(\.name) == ["V1"] && digitized.isUsable)
        #expect(digitized.speedEvidence == .stated && digitized.gainEvidence == .stated)
        // 59.5 mm at 50 mm/s; 10 mm at 20 mm/mV.
        #expect(abs(digitized.recording.duration - 1.19) < 0.01)
        #expect(abs((digitized.recording.leads[0].samples.filter(\.isFinite).max() ?? 0) - 0.5) < 0.01)
    }

    @Test func `a name does not fit to a page of several rows`() {
        let digitized = PageAssembly.digitized(page(rows: 3), hints: PageHints(lead: "V1", isPart: true))
        #expect(digitized.reasons.contains(.unknownLayout) && digitized.recording.leads.isEmpty)
        #expect(PageAssembly.digitized(page(rows: 1)).reasons.contains(.unknownLayout))
    }

    @Test func `names of leads are known in their usual forms only`() {
        #expect(
            PageHints.leadName("avr") == "aVR" && PageHints.leadName("V1") == "V1" && PageHints.leadName("II") == "II")
        for word in ["lead", "scan", "1", "l", "IV", ""] { #expect(PageHints.leadName(word) == nil, "\(word)") }
    }
}
