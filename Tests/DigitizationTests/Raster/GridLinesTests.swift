import Imaging
import Testing

@testable import Digitization

@Suite struct GridLinesTests {
    /// 300 × 300 pixels at 5 pixels per mm.
    private func page(_ draw: (inout [UInt8]) -> Void) -> PageInk {
        let white = Page(width: 300, height: 300, pixels: [UInt8](repeating: 255, count: 300 * 300 * 3))
        var ink = [UInt8](repeating: 0, count: 300 * 300)
        draw(&ink)
        return PageInk(width: 300, height: 300, ink: ink, like: PageInk(white))
    }

    private func drawGrid(_ ink: inout [UInt8]) {
        for line in stride(from: 12, to: 300, by: 25) {
            for index in 0 ..< 300 {
                ink[line * 300 + index] = 255
                ink[index * 300 + line] = 255
            }
        }
    }

    @Test func `lines of a dark grid are erased and a trace between them stays`() {
        var page = page { ink in
            drawGrid(&ink)
            for x in 0 ..< 300 {
                for y in 0 ..< 3 { ink[(50 + x / 10 + y) * 300 + x] = 255 }
            }
        }
        #expect(GridLines(pixelsPerMillimeter: 5).erase(from: &page) > 0)
        // Halfway between crossings.
        #expect(page.ink[24 * 300 + 12] == 0)
        #expect(page.ink[12 * 300 + 24] == 0)
        for x in 0 ..< 300 { #expect(page.ink[(51 + x / 10) * 300 + x] == 255) }
    }

    @Test func `flat traces without a grid stay`() {
        var page = page { ink in
            for row in [50, 125, 200] { for x in 0 ..< 300 { ink[row * 300 + x] = 255 } }
        }
        let before = page.ink
        #expect(GridLines(pixelsPerMillimeter: 5).erase(from: &page) == 0)
        #expect(page.ink == before)
    }

    @Test func `a trace that lies on a grid line for a while is bridged`() {
        var trace: [Float] = [10, 10.5, .nan, .nan, .nan, 11.5, 12, .nan, 30]
        PageRows.bridge(&trace, length: 6, level: 2)
        #expect(trace.prefix(7) == [10, 10.5, 10.75, 11, 11.25, 11.5, 12])
        #expect(trace[7].isNaN)
    }
}
