import Imaging
import Signals
import Testing

@testable import PageDrawing

@Suite struct RasterWriterTests {
    @Test func `one millivolt is ten millimeters high`() throws {
        let drawing = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), style: MadeLeads.bare)
        let page = try drawing.page(dpi: 254)
        #expect(page.width == 2970 && page.height == 650)
        let base = 10 * drawing.panels[0].origin.y
        let left = try #require(page.inkCenter(column: 360, near: base, reach: 20))
        let right = try #require(page.inkCenter(column: 610, near: base - 100, reach: 20))
        #expect(abs(left - base) < 0.1)
        #expect(abs(left - right - 100) < 0.1)
    }

    @Test func `the grid has its pitch and colors`() throws {
        var style = MadeLeads.bare
        style.grid = .gray
        let drawing = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), style: style)
        // 20 pixels per millimeter; lines are wider than two pixels.
        let page = try drawing.page(dpi: 508)
        func level(_ x: Double, _ y: Double) -> Double { 255 - page.darkness(Int(x * 20), Int(y * 20)) }
        // The grid begins at 3.5 mm and 22 mm; lines at 5 mm are strong.
        #expect(level(8.5, 25.5) == 172)
        #expect(level(9.5, 25.5) == 220)
        #expect(level(9.0, 25.5) == 255)
        #expect(level(9.0, 27.0) == 172)
        #expect(level(1.0, 25.5) == 255)
    }

    @Test func `crossing thin lines are not darker, as if drawn by one pen`() throws {
        var canvas = RasterCanvas(width: 400, height: 400)
        let lines = (0 ..< 60).flatMap { number in
            let place = Double(number) * 6 + 10.25
            return [
                [SIMD2(0, place), SIMD2(400, place)], [SIMD2(place, 0), SIMD2(place, 400)],
            ] as [[SIMD2<Double>]]
        }
        canvas.draw(.lines(lines, width: 1, color: .black), scale: 1)
        // Rows 9 and 10 have coverage 0.25 and 0.75; at the crossing the larger share of the two lines counts.
        let row = 400 * 3
        #expect(canvas.pixels[9 * row + 3 * 14] == 191 && canvas.pixels[10 * row + 3 * 14] == 64)
        #expect(canvas.pixels[10 * row + 3 * 10] == 64 && canvas.pixels[9 * row + 3 * 9] == 191)
    }

    @Test func `lines in parts of a canvas are as on the whole`() {
        let line = [SIMD2(101.3, 57.2), SIMD2(131.9, 80.4), SIMD2(140.2, 33.3)]
        var canvas = RasterCanvas(width: 200, height: 120)
        canvas.draw(.lines([line], width: 2.5, color: .black), scale: 1)
        var whole = StrokeCoverage(width: 200, height: 120)
        whole.stroke(line.map { Point(x: $0.x, y: $0.y) }, lineWidth: 2.5)
        for (index, share) in whole.values.enumerated() {
            #expect(abs(Double(255 - canvas.pixels[3 * index]) - 255 * Double(share)) <= 0.51)
        }
    }

    @Test func `a picture of more than 100 megapixels is an error`() throws {
        let drawing = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"))
        #expect(throws: PageDrawingError.tooLarge(width: 58465, height: 12796, limit: 100_000_000)) {
            try drawing.page(dpi: 5000)
        }
    }
}
