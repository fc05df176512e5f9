import Testing

@testable import Digitization

/// Pages whose rows are traces without breaks, as pictures give them.
struct LayoutSearchTests {
    /// Three rows of four leads and a strip, 250 mm long.
    private static func page(
        names: [[String]], strip: String?, words: (Int, Int) -> String?, columnWidth: Double = 62.5
    ) -> ReadPage {
        var traces: [PageTrace] = []
        var printed: [PageWord] = []
        let count = Int(columnWidth * Double(names[0].count) / 0.1)
        for (row, leads) in (names + (strip.map { [[$0]] } ?? [])).enumerated() {
            let level = 30 + 35 * Double(row)
            let width = leads.count == 1 && names[0].count > 1 ? columnWidth * Double(names[0].count) : columnWidth
            let y = (0 ..< count).map { index -> Float in
                let x = Double(index) * 0.1
                return Float(level - 10 * SamplePage.lead(leads[min(leads.count - 1, Int(x / width))], x / 25))
            }
            traces.append(PageTrace(start: 20, spacing: 0.1, y: y, row: row))
            for column in leads.indices {
                guard let text = words(row, column) else { continue }
                let left = 22 + columnWidth * Double(column)
                printed.append(
                    PageWord(
                        text: text, left: left, top: level - 15, right: left + 5, bottom: level - 12, confidence: 0.9))
            }
        }
        return ReadPage(
            kind: .raster, width: 297, height: 210,
            grid: PageGrid(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8, rotationDegrees: 0, source: .lines),
            traces: traces, words: printed, pulses: [],
            mapping: PageMapping(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8), reasons: [])
    }

    private static let standard = [["I", "aVR", "V1", "V4"], ["II", "aVL", "V2", "V5"], ["III", "aVF", "V3", "V6"]]

    @Test func `without names the usual layout is found by the relations of the limb leads`() throws {
        let layout = try #require(
            LayoutSearch(Self.page(names: Self.standard, strip: "II", words: { _, _ in nil })).layout())
        #expect(layout.name == "3x4+1" && layout.order == .standard)
        #expect(layout.cells.map(\.name) == Self.standard.flatMap { $0 } + ["II"])
        #expect(layout.cells.last?.isStrip == true)
    }

    @Test func `some misread names do not disturb the usual layout`() throws {
        let page = Self.page(names: Self.standard, strip: "V1") { row, column in
            row == 3
                ? "V1" : (row, column) == (0, 1) ? "aVF" : (row + column) % 2 == 0 ? Self.standard[row][column] : nil
        }
        let layout = try #require(LayoutSearch(page).layout())
        #expect(layout.cells.map(\.name) == Self.standard.flatMap { $0 } + ["V1"])
    }

    @Test func `Cabrera's order and six rows are distinguished by the relations`() throws {
        let cabrera = [
            ["aVL", "V1"], ["I", "V2"], ["-aVR", "V3"], ["II", "V4"], ["aVF", "V5"], ["III", "V6"],
        ]
        let layout = try #require(
            LayoutSearch(Self.page(names: cabrera, strip: nil, words: { _, _ in nil }, columnWidth: 125)).layout())
        #expect(layout.name == "6x2" && layout.order == .cabrera)
        #expect(layout.cells.first { $0.name == "aVR" }?.isInverted == true)
    }

    @Test func `unusual leads are named as printed`() throws {
        let names = [["V3", "I"], ["V1", "II"]]
        let layout = try #require(
            LayoutSearch(Self.page(names: names, strip: nil, words: { names[$0][$1] }, columnWidth: 100)).layout())
        #expect(layout.cells.map(\.name) == ["V3", "I", "V1", "II"] && layout.order == .other)
    }

    @Test func `leads without names and relations stay unnamed`() {
        let names = [["V1", "V4"], ["V2", "V5"], ["V3", "V6"]]
        #expect(LayoutSearch(Self.page(names: names, strip: nil, words: { _, _ in nil })).layout() == nil)
    }

    @Test func `exchanged names that are clearly printed win over the usual places`() throws {
        var names = Self.standard
        (names[1][2], names[2][2]) = ("V3", "V2")
        let page = Self.page(names: names, strip: nil, words: { names[$0][$1] })
        let layout = try #require(LayoutSearch(page).layout())
        #expect(layout.cells.map(\.name) == names.flatMap { $0 } && layout.order == .other)
    }

    @Test func `marks next to the traces do not move the columns`() throws {
        var page = Self.page(names: Self.standard, strip: nil, words: { Self.standard[$0][$1] })
        // The edge of the paper, 18 mm to the left of each trace.
        page.traces = page.traces.map { trace in
            var trace = trace
            trace.y = [trace.y[0] - 5, trace.y[0] - 4] + [Float](repeating: .nan, count: 178) + trace.y
            trace.start -= 18
            return trace
        }
        let layout = try #require(LayoutSearch(page).layout())
        #expect(layout.columns.count == 4 && abs(layout.columns[0] - 20) < 2.5 && abs(layout.columns[3] - 207.5) < 2.5)
    }

    @Test func `a page with two named leads is read, without the part before their names`() throws {
        let names = [["aVR", "V4"], ["aVL", "V5"]]
        let page = Self.page(names: names, strip: nil, words: { $1 == 1 ? names[$0][$1] : nil })
        let layout = try #require(LayoutSearch(page).layout())
        #expect(layout.cells.map(\.name) == ["V4", "V5"])
        #expect(layout.cells.allSatisfy { $0.start > 80 })
    }

    @Test func `a strip whose name lost a letter gets the name of the lead that is drawn alike`() throws {
        let page = Self.page(names: Self.standard, strip: "II") { row, column in
            row == 3 ? "I" : Self.standard[row][column]
        }
        let layout = try #require(LayoutSearch(page).layout())
        #expect(layout.cells.last?.name == "II" && layout.cells.last?.isStrip == true)
    }

    @Test func `a single trace without a readable name stays unnamed`() {
        let page = Self.page(names: [["II"]], strip: nil, words: { _, _ in "x" }, columnWidth: 250)
        #expect(LayoutSearch(page).layout() == nil)
    }
}
