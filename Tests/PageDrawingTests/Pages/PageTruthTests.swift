import Foundation
import Signals
import Testing

@testable import PageDrawing

@Suite struct PageTruthTests {
    @Test func `boxes, scales and samples are those of the drawing`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("6x2"))
        let truth = try drawing.truth(dpi: 254)
        #expect(truth.widthPx == 2970 && truth.heightPx == 2100)
        #expect(truth.grid.pitchPx == SIMD2(10, 10) && truth.mmPerS == 25)
        let lead = truth.leads[7]
        #expect(lead.name == "V2" && lead.column == 1 && lead.row == 1 && lead.fromS == 5 && lead.toS == 10)
        #expect(lead.firstSample == 1250 && lead.tracePx.count == 1250)
        #expect(lead.boxMm[0] == 148.5 && lead.boxMm[2] == 125)
        #expect(abs(lead.boxPx[0].x - 1485) < 1e-9 && abs(lead.boxPx[1].x - 2735) < 1e-9)
        let sample = Double(MadeLeads.waves().leads[7].samples[1350])
        let place = try #require(lead.tracePx[100])
        #expect(abs(place.x - (1485 + 100)) < 1e-6)
        #expect(abs(place.y - 10 * (lead.baselineMm - 10 * sample)) < 1e-4)
        #expect(truth.calibrationPx.count == 6)
        #expect(truth.texts.map(\.text).contains("25 mm/s   10 mm/mV"))
    }

    @Test(arguments: ["3x4+1", "12x1"])
    func `every sample of the trace lies on ink, and all ink lies on a trace`(layout: String) throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout(layout), style: MadeLeads.bare)
        let (page, truth) = (try drawing.page(dpi: 150), try drawing.truth(dpi: 150))
        var isNear = [Bool](repeating: false, count: page.width * page.height)
        for point in truth.leads.flatMap(\.tracePx).compactMap({ $0 }) {
            let (x, y) = (Int(point.x), Int(point.y))
            #expect(page.darkness(x, y) > 120)
            for row in y - 3 ... y + 3 { for column in x - 3 ... x + 3 { isNear[row * page.width + column] = true } }
        }
        let lost = isNear.indices.filter { !isNear[$0] && page.pixels[3 * $0] < 200 }
        #expect(lost.isEmpty)
    }

    @Test func `it reads back from JSON`() throws {
        var degradation = try #require(PageDegradation.drawn(.light, seed: 3))
        degradation.dpi = 40
        var drawing = try DegradedPage(
            try PageDrawing(of: MadeLeads.waves(seconds: 2), layout: DrawingLayout("3x4")),
            degradation
        ).truth
        drawing.leads[0].tracePx[3] = nil
        let read = try PageTruth(json: try drawing.json())
        #expect(read.degradation == drawing.degradation && read.leads.count == 12)
        #expect(read.leads[0].tracePx[3] == nil)
        let (one, other) = (read.leads[1].tracePx[9]!, drawing.leads[1].tracePx[9]!)
        #expect(abs(one.x - other.x) <= 0.005001 && abs(one.y - other.y) <= 0.005001)
        let object = try JSONSerialization.jsonObject(with: drawing.json()) as? [String: Any]
        #expect(object?["mm_per_s"] as? Double == 25)
        let leads = try #require(object?["leads"] as? [[String: Any]])
        #expect(leads[0]["trace_px"] != nil && leads[0]["box_px"] != nil && leads[0]["label_px"] != nil)
    }

    @Test func `a moved truth has all its places moved`() throws {
        let truth = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip")).truth(dpi: 100)
        let moved = truth.moved(width: 9, height: 8) { $0 * 2 + SIMD2(1, -1) }
        #expect(moved.widthPx == 9 && moved.heightPx == 8)
        #expect(
            moved.grid.pitchPx.x > 1.99 * truth.grid.pitchPx.x && moved.grid.pitchPx.x < 2.01 * truth.grid.pitchPx.x)
        #expect(moved.leads[0].boxPx[2] == truth.leads[0].boxPx[2] * 2 + SIMD2(1, -1))
        #expect(moved.leads[0].tracePx[9]! == truth.leads[0].tracePx[9]! * 2 + SIMD2(1, -1))
        #expect(moved.texts[0].boxPx[1] == truth.texts[0].boxPx[1] * 2 + SIMD2(1, -1))
        #expect(moved.calibrationPx[0][3] == truth.calibrationPx[0][3] * 2 + SIMD2(1, -1))
    }
}
