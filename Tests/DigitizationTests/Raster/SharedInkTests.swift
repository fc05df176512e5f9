import Imaging
import Testing

@testable import Digitization

@Suite struct SharedInkTests {
    /// Two rows at 5 pixels per mm, 20 mm apart, drawn by columns of ink.
    private func edges(_ draw: (_ fill: (_ x: Int, _ rows: ClosedRange<Int>) -> Void) -> Void) -> SharedInk {
        let (width, height) = (400, 300)
        let white = Page(width: width, height: height, pixels: [UInt8](repeating: 255, count: width * height * 3))
        var ink = [UInt8](repeating: 0, count: width * height)
        for x in 20 ..< 380 {
            // A straight line would be the edge of the paper: each row has a wave.
            let wave = max(0, 10 - abs(x - 110))
            for level in [100 - wave, 200 - wave] { for y in level ... level + 2 { ink[y * width + x] = 255 } }
        }
        draw { x, rows in for y in rows { ink[y * width + x] = 255 } }
        let runs = InkRuns(PageInk(width: width, height: height, ink: ink, like: PageInk(white)))
        let finder = RowFinder(runs, pixelsPerMillimeter: 5)
        let tracking = TraceTracking(runs, rows: finder, pixelsPerMillimeter: 5)
        return SharedInk(runs, tracking: tracking, columns: finder.columns, pixelsPerMillimeter: 5)
    }

    @Test func `rows that do not touch keep the edges of their ink`() {
        let edges = edges { _ in }
        guard edges.upper.count == 2 else {
            Issue.record("\(edges.upper.count) rows, 2 were expected")
            return
        }
        #expect(edges.upper[0].dropFirst(110).allSatisfy { abs($0 - 100) < 0.01 })
        #expect(edges.lower[1].dropFirst(110).allSatisfy { abs($0 - 203) < 0.01 })
    }

    @Test func `ink between two rows goes to the row whose complex rises into it`() {
        // The lower row rises to the upper one within four columns and comes back.
        let edges = edges { fill in
            for (x, top) in [(199, 180), (200, 140), (201, 103), (202, 103), (203, 140), (204, 180)] {
                fill(x, top ... 202)
            }
        }
        guard edges.upper.count == 2 else {
            Issue.record("\(edges.upper.count) rows, 2 were expected")
            return
        }
        let first = 200 - 20
        #expect(edges.upper[1][first + 1] < 110)
        // The upper row stays at its level or has a short gap.
        for index in first - 1 ... first + 4 {
            #expect(!(edges.lower[0][index] > 125))
            #expect(!(edges.upper[0][index] < 99))
        }
    }
}
