import Foundation
import TestSupport
import Testing

@testable import Imaging

struct InkStrokesTests {
    /// Redraws a page with the same pen and returns the overlap of the two inks: intersection over union.
    private func agreement(_ page: Page) throws -> Double {
        let strokes = try InkStrokes(of: page, name: "page")
        var pen = StrokePen(width: strokes.width, height: strokes.height)
        pen.draw(strokes.points, lengths: strokes.lengths)
        let mask = try InkMask(page, name: "page").pixels
        var (both, either) = (0, 0)
        for index in mask.indices {
            let (was, isNow) = (mask[index] == 0, pen.coverage[index] >= 0.5)
            both += was && isNow ? 1 : 0
            either += was || isNow ? 1 : 0
        }
        return Double(both) / Double(either)
    }

    @Test(arguments: [1.6, 2.2, 3, 5])
    func `strokes drawn with their pen reproduce the ink`(thickness: Double) throws {
        #expect(try agreement(Drawing.beat(width: 216, height: 144, thickness: thickness).page()) > 0.85)
    }

    @Test func `strokes do not depend on colors`() throws {
        let drawing = Drawing.beat()
        let black = try InkStrokes(of: drawing.page(), name: "black")
        let blue = try InkStrokes(of: drawing.page(ink: [200, 220, 255], paper: [30, 10, 0]), name: "blue")
        // Mixtures differ by one of 255 levels in places.
        #expect(abs(black.points.count - blue.points.count) <= black.points.count / 20)
        #expect(abs(black.penRadius - blue.penRadius) < 0.1)
    }

    @Test func `the pen's radius is half of the line's width`() throws {
        for thickness in [2.0, 3, 4.5] {
            var drawing = Drawing(width: 120, height: 80)
            drawing.line(from: (10, 20.3), to: (110, 61.7), thickness: thickness)
            let strokes = try InkStrokes(of: drawing.page(), name: "line")
            #expect(abs(Double(strokes.penRadius) - thickness / 2) < 0.3, "\(thickness)")
            #expect(strokes.lengths.count == 1)
        }
    }

    @Test func `a blank page is rejected`() {
        let blank = Page(width: 40, height: 30, pixels: Array(repeating: 255, count: 3600))
        #expect(throws: ImageError.self) { try InkStrokes(of: blank, name: "blank") }
    }

    @Test func `a large page is reduced`() throws {
        let strokes = try InkStrokes(of: Drawing.beat(width: 900, height: 600, thickness: 8).page(), name: "large")
        #expect(strokes.width * strokes.height <= 400_000)
        #expect(abs(Double(strokes.width) / Double(strokes.height) - 1.5) < 0.01)
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `a twelve-lead screenshot takes few bytes as strokes`() throws {
        let page = try Page(contentsOf: SharedMaterial.path("data/lightwave-screens/image_1.png"))
        let strokes = try InkStrokes(of: page, name: "image_1.png")
        #expect(strokes.lengths.count > 10)
        #expect(strokes.byteCount < 400_000)
    }
}
