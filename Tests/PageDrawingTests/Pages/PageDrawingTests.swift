import Foundation
import Imaging
import Signals
import Testing

@testable import PageDrawing

/// The layout of leads on the page; the writers' tests check the files.
@Suite struct PageDrawingTests {
    @Test func `three rows of four columns show a quarter of the time each, and the strip all of it`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("3x4+1"))
        #expect(drawing.size == SIMD2(297, 210))
        #expect(drawing.panels.count == 13)
        let v2 = try #require(drawing.panels.first { $0.label == "V2" })
        #expect((v2.row, v2.column) == (1, 2))
        #expect(v2.window == 5 ..< 7.5)
        #expect(abs(v2.origin.x - (23.5 + 2 * 62.5)) < 1e-9)
        let strip = drawing.panels[12]
        #expect(strip.isStrip && strip.lead == "II" && strip.window == 0 ..< 10 && strip.box.size.x == 250)
    }

    @Test func `a column ends where the next one begins, without a sample twice or missing`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("3x4"))
        let row = drawing.panels.indices.filter { drawing.panels[$0].row == 0 }
        #expect(row.map { drawing.traces[$0].count } == [625, 625, 625, 625])
        let xs = row.flatMap { drawing.traces[$0].map { $0!.x } }
        // 250 Hz at 25 mm/s: 0.1 mm per sample.
        for (one, next) in zip(xs, xs.dropFirst()) { #expect(abs(next - one - 0.1) < 1e-6) }
    }

    @Test(arguments: zip(["3x4", "3x4+1", "3x4+3", "6x2", "6x2+1", "12x1"], [12, 13, 15, 12, 13, 12]))
    func `every layout has its number of traces within the paper`(name: String, count: Int) throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout(name))
        #expect(drawing.panels.count == count)
        #expect(drawing.layoutName == name)
        for point in drawing.traces.joined().compactMap({ $0 }) {
            #expect((0 ... 297).contains(point.x) && (0 ... 210).contains(point.y))
        }
    }

    @Test func `Cabrera's order has aVR upside down`() throws {
        var style = PageStyle()
        style.isCabrera = true
        let recording = MadeLeads.waves()
        let drawing = try PageDrawing(of: recording, layout: DrawingLayout("12x1"), style: style)
        #expect(drawing.panels.prefix(6).map(\.label) == ["aVL", "I", "-aVR", "II", "aVF", "III"])
        let sample = try #require(recording.lead(named: "aVR")).samples[40]
        let panel = drawing.panels[2]
        #expect(panel.isInverted && panel.lead == "aVR")
        #expect(abs(drawing.traces[2][40]!.y - (panel.origin.y + Double(sample) * 10)) < 1e-6)
    }

    @Test func `chest leads have their own gain, with a pulse of each gain`() throws {
        var style = PageStyle()
        (style.limbGain, style.chestGain, style.speed) = (20, 5, 50)
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("6x2"), style: style)
        #expect(drawing.panels.map(\.gain) == Array(repeating: 20, count: 6) + Array(repeating: 5, count: 6))
        #expect(drawing.calibrations.map(\.size.y) == (0 ..< 12).map { $0 % 2 == 0 ? 20 : 5 })
        #expect(drawing.calibrations.allSatisfy { $0.size.x == 10 })
        // 250 mm hold five seconds at 50 mm/s.
        #expect(drawing.panels[6].window == 2.5 ..< 5)
    }

    @Test func `a gap interrupts the line`() throws {
        var samples = [Float](repeating: 0, count: 500)
        for index in 200 ..< 210 { samples[index] = .nan }
        let recording = Recording(samplingRate: 100, leads: [.init(name: "X", samples: samples)])
        let drawing = try PageDrawing(of: recording, layout: DrawingLayout("strip"))
        let line = try #require(drawing.shapes.first { $0.title == "X" })
        #expect(line.lines.map(\.count) == [200, 290])
        #expect(drawing.traces[0][205] == nil)
    }

    @Test func `a lead far from zero is drawn around its median`() throws {
        let recording = Recording(
            samplingRate: 100, leads: [.init(name: "I", samples: [Float](repeating: 3, count: 300))])
        let drawing = try PageDrawing(of: recording, layout: DrawingLayout("strip"))
        #expect(drawing.offsets == [3])
        #expect(drawing.traces[0][7]!.y == drawing.panels[0].origin.y)
    }

    @Test func `dense samples keep their extremes, and huge values stay finite`() throws {
        var samples = (0 ..< 100_000).map { Float($0 % 97) / 97 }
        samples[40_123] = 5
        samples[60_001] = 1e30
        let recording = Recording(samplingRate: 10_000, leads: [.init(name: "X", samples: samples)])
        let drawing = try PageDrawing(of: recording, layout: DrawingLayout("strip"), style: MadeLeads.bare)
        let line = try #require(drawing.shapes.first { $0.title == "X" }?.lines.first)
        // 250 mm with 50 times at most four samples.
        #expect(line.count <= 50_004 && line.count > 12_500)
        #expect(line.contains(drawing.traces[0][40_123]!))
        #expect(line.map(\.y).min() == drawing.panels[0].origin.y - 10_000)
        #expect(drawing.svg().count < 2_000_000)
    }

    @Test func `a lead without any sample leaves its place empty`() throws {
        let recording = Recording(
            samplingRate: 100, leads: [.init(name: "X", samples: [Float](repeating: .nan, count: 400))])
        let drawing = try PageDrawing(of: recording, layout: DrawingLayout("strip"))
        #expect(drawing.traces[0].allSatisfy { $0 == nil })
        #expect(try drawing.page(dpi: 50).width > 0)
        #expect(!drawing.svg().isEmpty && !drawing.pdf().isEmpty)
    }

    @Test func `strips continue in further rows, and too many are an error`() throws {
        let recording = MadeLeads.waves(seconds: 60)
        let drawing = try PageDrawing(
            of: recording, layout: DrawingLayout("strip"), leads: ["V1", "V2"], from: 5, seconds: 25)
        #expect(drawing.panels.map(\.lead) == ["V1", "V2", "V1", "V2", "V1", "V2"])
        #expect(drawing.panels.map(\.window.lowerBound) == [5, 5, 15, 15, 25, 25])
        #expect(drawing.panels[4].box.size.x == 125)
        #expect(throws: PageDrawingError.tooManyRows(rows: 72, limit: 24)) {
            try PageDrawing(of: recording, layout: DrawingLayout("strip"), leads: MadeLeads.names, seconds: 60)
        }
    }

    @Test func `a recording that does not fit the layout is an error`() throws {
        #expect(throws: PageDrawingError.missingLead("I", layout: "6x2", found: ["II"])) {
            try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("6x2"))
        }
        #expect(throws: PageDrawingError.unknownLead("V9", found: ["II"])) {
            try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), leads: ["V9"])
        }
        #expect(throws: PageDrawingError.emptyWindow(from: 2, duration: 2)) {
            try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), from: 2)
        }
        #expect(throws: PageDrawingError.noLeads) {
            try PageDrawing(of: Recording(samplingRate: 1, leads: []), marks: PageMarks())
        }
    }
}
