import Foundation
import Imaging
import Signals
import Testing

@testable import PageDrawing

@Suite struct DegradedPageTests {
    private func degraded(
        _ change: (inout PageDegradation) -> Void, layout: String = "strip", style: PageStyle = MadeLeads.bare
    ) throws -> DegradedPage {
        var degradation = PageDegradation(seed: 21)
        degradation.dpi = 100
        change(&degradation)
        return try DegradedPage(
            PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout(layout), style: style, leads: ["I", "V3"]),
            degradation)
    }

    /// Checks that the middle of the ink is within a pixel of the truth, wherever the trace is nearly level.
    private func check(_ degraded: DegradedPage) {
        var (checked, worst) = (0, 0.0)
        for lead in degraded.truth.leads {
            for (one, next) in zip(lead.tracePx, lead.tracePx.dropFirst()) {
                guard let one, let next, abs(next.y - one.y) < 0.35 * abs(next.x - one.x) else { continue }
                let column = Int(one.x)
                // The truth where the column's middle is.
                let y = one.y + (Double(column) + 0.5 - one.x) * (next.y - one.y) / (next.x - one.x)
                guard let center = degraded.page.inkCenter(column: column, near: y, reach: 5) else { continue }
                checked += 1
                worst = max(worst, abs(center - y))
            }
        }
        #expect(checked > 500)
        #expect(worst < 1, "worst distance \(worst) px at \(checked) places")
    }

    @Test func `the truth follows rotation, perspective and curl within a pixel`() throws {
        check(try degraded { $0.rotationDeg = 8 })
        check(try degraded { $0.tiltDeg = SIMD2(11, -15) })
        check(try degraded { $0.curlMm = 3 })
        check(
            try degraded { degradation in
                (degradation.rotationDeg, degradation.tiltDeg, degradation.curlMm) = (-6, SIMD2(-9, 12), 2)
                (degradation.cutOff, degradation.blurPx) = ([0.03, 0.05, 0.01, 0], 1.2)
            })
    }

    @Test func `every sample is still in the picture or beyond a cut edge`() throws {
        let page = try degraded { degradation in
            (degradation.rotationDeg, degradation.tiltDeg) = (10, SIMD2(15, 15))
        }
        for point in page.truth.leads.flatMap(\.tracePx).compactMap({ $0 }) + page.truth.paperPx {
            #expect(point.x >= 0 && point.y >= 0)
            #expect(point.x <= Double(page.page.width) && point.y <= Double(page.page.height))
        }
    }

    @Test func `the same seed gives the same bytes`() throws {
        let drawing = try PageDrawing(of: MadeLeads.waves(seconds: 3), layout: DrawingLayout("6x2"))
        var degradation = try #require(PageDegradation.drawn(.heavy, seed: 5))
        degradation.dpi = 50
        let (one, other) = (try DegradedPage(drawing, degradation), try DegradedPage(drawing, degradation))
        #expect(one.file == other.file)
        #expect(try one.truth.json() == other.truth.json())
        degradation.seed = 6
        degradation.noise = 5
        #expect(try DegradedPage(drawing, degradation).file != one.file)
    }

    @Test func `JPEG gives a JPEG file with the page's pixels, others a PNG`() throws {
        let jpeg = try degraded { $0.jpegQuality = 40 }
        #expect(jpeg.fileExtension == "jpg" && jpeg.file.starts(with: [0xFF, 0xD8]))
        #expect(try Page(decoding: jpeg.file, name: "jpg").pixels == jpeg.page.pixels)
        let png = try degraded { $0.noise = 3 }
        #expect(png.fileExtension == "png")
        #expect(try Page(decoding: png.file, name: "png").pixels == png.page.pixels)
    }

    @Test func `cut edges remove their share and move the truth`() throws {
        let whole = try degraded { _ in }
        let cut = try degraded { $0.cutOff = [0.05, 0, 0.01, 0.1] }
        #expect(
            cut.page.width == whole.page.width - Int(0.05 * Double(whole.page.width))
                - Int(0.01 * Double(whole.page.width)))
        #expect(cut.page.height == whole.page.height - Int(0.1 * Double(whole.page.height)))
        let shift = whole.truth.leads[0].tracePx[0]!.x - cut.truth.leads[0].tracePx[0]!.x
        #expect(shift == Double(Int(0.05 * Double(whole.page.width))))
        #expect(cut.truth.widthPx == cut.page.width && cut.truth.degradation?.cutOff == [0.05, 0, 0.01, 0.1])
    }

    @Test func `a black-and-white copy keeps the thinnest pen at the lowest resolution`() throws {
        var style = MadeLeads.bare
        (style.lineWidth, style.ink) = (0.22, RGBColor(40, 40, 40))
        let copy = try degraded(
            { degradation in
                (degradation.dpi, degradation.copyThreshold) = (120, 150)
            }, style: style)
        #expect(Set(copy.page.pixels) == [0, 255])
        for point in copy.truth.leads.flatMap(\.tracePx).compactMap({ $0 }) {
            let (x, y) = (Int(point.x), Int(point.y))
            #expect((-1 ... 1).contains { dy in (-1 ... 1).contains { copy.page.darkness(x + $0, y + dy) == 255 } })
        }
    }

    @Test func `a shadow of 40 percent makes paper 40 percent darker`() throws {
        let page = try degraded { $0.shadow = 0.4 }
        #expect(page.page.pixels.contains(153) && page.page.pixels.contains(255))
    }
}
