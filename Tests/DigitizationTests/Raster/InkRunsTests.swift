import Testing

@testable import Digitization

struct InkRunsTests {
    /// A horizontal line of a pen as thick as `pen` pixels, and a steep stroke between two columns that covers a third of
    /// both from y = 10 to 50.
    private func page(pen: Int) -> PageInk {
        let (width, height) = (60, 60)
        var ink = [UInt8](repeating: 0, count: width * height)
        for y in 30 ..< 30 + pen { for x in 0 ..< width { ink[y * width + x] = 255 } }
        for y in 10 ..< 50 { for x in 20 ... 21 { ink[y * width + x] = max(ink[y * width + x], 85) } }
        return PageInk(
            width: width, height: height, ink: ink,
            like: PageInk(.init(width: 8, height: 8, pixels: [UInt8](repeating: 255, count: 192))))
    }

    private func run(_ runs: InkRuns, column: Int) -> InkRun { runs.runs[Int(runs.start[column])] }

    @Test func `edges lie between pixels by the coverage of the last ones`() {
        var ink = [UInt8](repeating: 0, count: 4 * 10)
        // Column 2: half a pixel, two whole pixels, a quarter.
        for (y, value) in [(3, 128), (4, 255), (5, 255), (6, 64)] { ink[y * 4 + 2] = UInt8(value) }
        let page = PageInk(width: 4, height: 10, ink: ink, like: page(pen: 4))
        let found = run(InkRuns(page), column: 2)
        #expect(abs(found.top - 3.5) < 0.01)
        #expect(abs(found.bottom - 6.25) < 0.01)
    }

    @Test func `the halo of a thick pen counts by its coverage`() {
        let found = run(InkRuns(page(pen: 4)), column: 20)
        #expect(abs(found.top - (30 - 20.0 / 3)) < 0.5)
        #expect(abs(found.bottom - (34 + 16.0 / 3)) < 0.5)
    }

    @Test func `a steep stroke of a thin pen keeps its ends, which a thick pen's does not change`() {
        let thin = run(InkRuns(page(pen: 1), hasThinPen: true), column: 20)
        #expect(abs(thin.top - 10) < 0.01 && abs(thin.bottom - 50) < 0.01)
        // By coverage, a third of the stroke would be left on both sides.
        let counted = run(InkRuns(page(pen: 1)), column: 20)
        #expect(abs(counted.top - (30 - 20.0 / 3)) < 0.5)
        let thick = run(InkRuns(page(pen: 15), hasThinPen: true), column: 20)
        #expect(thick.top == run(InkRuns(page(pen: 15)), column: 20).top)
    }

    @Test func `runs that touch form one component`() {
        let runs = InkRuns(page(pen: 1))
        #expect(runs.components.count == 1)
        #expect(runs.components[0].width == 60 && runs.components[0].height == 40)
    }
}
