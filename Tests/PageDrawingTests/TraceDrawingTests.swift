import Imaging
import Testing

@testable import PageDrawing

struct TraceDrawingTests {
    private let ink = RGBColor(10, 20, 200)
    private let paper = RGBColor(250, 240, 230)

    private func flat(row: Double, width: Int = 40) -> Trace {
        Trace(
            samples: [0, 0], samplingRate: 1, window: 0 ... 1,
            frame: Frame(left: -5, top: row - 1, width: Double(width) + 10, height: 2), scale: .millivolts(-1 ... 1))
    }

    private func color(_ page: Page, _ x: Int, _ y: Int) -> RGBColor {
        let place = 3 * (y * page.width + x)
        return RGBColor(page.pixels[place], page.pixels[place + 1], page.pixels[place + 2])
    }

    @Test func `ink lies where the trace is and paper elsewhere`() {
        let style = DrawingStyle(width: 40, height: 30, paper: paper, ink: ink, lineWidth: 2)
        let page = TraceDrawing(style: style).page(of: [flat(row: 10)])
        #expect(page.width == 40 && page.height == 30)
        for x in 0 ..< 40 {
            #expect(color(page, x, 9) == ink)
            #expect(color(page, x, 10) == ink)
            #expect(color(page, x, 8) == paper)
            #expect(color(page, x, 11) == paper)
        }
    }

    @Test func `half covered pixels are half ink`() {
        let style = DrawingStyle(width: 40, height: 30, paper: paper, ink: ink, lineWidth: 1)
        let page = TraceDrawing(style: style).page(of: [flat(row: 10)])
        #expect(color(page, 20, 9) == RGBColor(130, 130, 215))
        #expect(color(page, 20, 10) == RGBColor(130, 130, 215))
    }

    @Test func `several traces share a page`() {
        let style = DrawingStyle(width: 40, height: 30, paper: paper, ink: ink, lineWidth: 2)
        let page = TraceDrawing(style: style).page(of: [flat(row: 5), flat(row: 25)])
        #expect(color(page, 20, 5) == ink)
        #expect(color(page, 20, 25) == ink)
        #expect(color(page, 20, 15) == paper)
    }

    @Test func `grid lines lie under the trace, major lines above minor ones`() {
        let minor = RGBColor(240, 200, 200)
        let major = RGBColor(230, 150, 150)
        var style = DrawingStyle(width: 40, height: 30, paper: paper, ink: ink, lineWidth: 2)
        style.grid = PaperGrid(spacingX: 4, spacingY: 4, majorEvery: 5, minor: minor, major: major, lineWidth: 2)
        let page = TraceDrawing(style: style).page(of: [flat(row: 10)])
        #expect(color(page, 4, 6) == minor)
        #expect(color(page, 6, 4) == minor)
        #expect(color(page, 20, 6) == major)
        #expect(color(page, 20, 4) == major)
        #expect(color(page, 6, 6) == paper)
        #expect(color(page, 20, 10) == ink)
    }

    @Test func `shade darkens one side by the given levels`() {
        var style = DrawingStyle(width: 101, height: 20, lineWidth: 1, shade: 51)
        let toRight = TraceDrawing(style: style).page(of: [])
        #expect(color(toRight, 0, 5) == .white)
        #expect(abs(Int(color(toRight, 100, 5).red) - 204) <= 1)
        style.shadeDirection = .pi
        let toLeft = TraceDrawing(style: style).page(of: [])
        #expect(abs(Int(color(toLeft, 0, 5).red) - 204) <= 1)
    }

    @Test func `grain has the given deviation and depends on the seed`() {
        let style = DrawingStyle(width: 100, height: 100, paper: RGBColor(128, 128, 128), grain: 3)
        let drawing = TraceDrawing(style: style)
        let page = drawing.page(of: [], seed: 1)
        #expect(page == drawing.page(of: [], seed: 1))
        #expect(page != drawing.page(of: [], seed: 2))
        let deviations = stride(from: 0, to: page.pixels.count, by: 3).map { Double(page.pixels[$0]) - 128 }
        let mean = deviations.reduce(0, +) / 10_000
        let variance = deviations.reduce(0) { $0 + $1 * $1 } / 10_000 - mean * mean
        // Rounding to whole levels adds a variance of 1/12; 10,000 pixels give the deviation to 0.7 %.
        #expect(abs(variance.squareRoot() - (9 + 1.0 / 12).squareRoot()) < 0.12)
        #expect(page.pixels[0] == page.pixels[1] && page.pixels[1] == page.pixels[2])
    }

    @Test func `a page without traces, grid, shade or grain is blank`() {
        let page = TraceDrawing(style: DrawingStyle(width: 3, height: 2, paper: paper)).page(of: [])
        #expect(page.pixels == [UInt8](repeatElement([250, 240, 230], count: 6).joined()))
    }
}
