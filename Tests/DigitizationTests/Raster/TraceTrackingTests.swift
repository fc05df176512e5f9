import Imaging
import Testing

@testable import Digitization

@Suite struct TraceTrackingTests {
    /// The run of the first of two rows in column 200, at 5 pixels per mm. Its line, which is at 100 to 102, has a gap
    /// from column 197 to 203.
    private func run(in gap: [(columns: ClosedRange<Int>, rows: ClosedRange<Int>)]) -> InkRun? {
        let (width, height) = (400, 300)
        let white = Page(width: width, height: height, pixels: [UInt8](repeating: 255, count: width * height * 3))
        var ink = [UInt8](repeating: 0, count: width * height)
        for x in 20 ..< 380 {
            // A straight line would be the edge of the paper: each part of a row has a wave.
            let wave = max(0, 10 - min(abs(x - 110), abs(x - 290)))
            for level in [100 - wave, 200 - wave] where level > 150 || !(197 ... 203).contains(x) {
                for y in level ... level + 2 { ink[y * width + x] = 255 }
            }
        }
        for (columns, rows) in gap { for y in rows { for x in columns { ink[y * width + x] = 255 } } }
        let runs = InkRuns(PageInk(width: width, height: height, ink: ink, like: PageInk(white)))
        let finder = RowFinder(runs, pixelsPerMillimeter: 5)
        let tracking = TraceTracking(runs, rows: finder, pixelsPerMillimeter: 5)
        guard tracking.paths.count == 2 else {
            Issue.record("\(tracking.paths.count) rows, 2 were expected")
            return nil
        }
        let index = tracking.paths[0][200]
        return index < 0 ? nil : runs.runs[Int(index)]
    }

    @Test func `a QRS complex that does not touch the trace fills its gap`() throws {
        let found = try #require(run(in: [(198 ... 202, 60 ... 94)]))
        #expect(found.top == 60 && found.bottom == 95)
    }

    @Test func `a gap without ink stays`() {
        #expect(run(in: []) == nil)
    }

    @Test func `marks that do not begin at the trace, are low or far away do not fill a gap`() {
        #expect(run(in: [(200 ... 201, 60 ... 94)]) == nil)
        #expect(run(in: [(198 ... 202, 91 ... 94)]) == nil)
        #expect(run(in: [(198 ... 202, 40 ... 80)]) == nil)
    }

    @Test func `ink of another row does not fill a gap`() {
        // The stroke hangs together with the lower row's line.
        let found = run(in: [(198 ... 202, 60 ... 85), (203 ... 203, 60 ... 202)])
        #expect(found == nil)
    }
}
