import Testing

@testable import Digitization

struct UnreadInkTests {
    private let width = 400
    private let height = 200
    private let scale: Float = 4

    /// A line of a pen of two pixels at y = 100 with further ink.
    private func runs(_ draw: (inout [UInt8]) -> Void) -> InkRuns {
        var ink = [UInt8](repeating: 0, count: width * height)
        for x in 0 ..< width { for y in 99 ... 100 { ink[y * width + x] = 255 } }
        draw(&ink)
        let paper = PageInk(.init(width: 8, height: 8, pixels: [UInt8](repeating: 255, count: 192)))
        return InkRuns(PageInk(width: width, height: height, ink: ink, like: paper))
    }

    private func strokes(_ runs: InkRuns, traces: [[Float]]) -> [UnreadInk.Stroke] {
        let cost = [Float](repeating: 0, count: runs.components.count)
        return UnreadInk(runs, traces: traces, firstColumn: 0, radius: 1, cost: cost, scale: scale).strokes
    }

    private func fill(_ ink: inout [UInt8], _ columns: ClosedRange<Int>, _ rows: ClosedRange<Int>) {
        for y in rows { for x in columns { ink[y * width + x] = 255 } }
    }

    @Test func `a stroke that the trace does not follow is found with its ends`() {
        let runs = runs { fill(&$0, 200 ... 201, 50 ... 100) }
        let found = strokes(runs, traces: [[Float](repeating: 100, count: width)])
        #expect(found.count == 1)
        // The ink of the line and half a millimeter count as read.
        #expect(found[0].left == 200 && found[0].right == 201 && found[0].top == 50 && abs(found[0].bottom - 97) <= 1)
    }

    @Test func `a stroke that the trace follows is not found`() {
        let runs = runs { fill(&$0, 200 ... 201, 50 ... 100) }
        var trace = [Float](repeating: 100, count: width)
        (trace[200], trace[201]) = (51, 51)
        #expect(strokes(runs, traces: [trace]).isEmpty)
    }

    @Test func `a gap of the trace leaves the line but no stroke`() {
        var trace = [Float](repeating: 100, count: width)
        for x in 150 ..< 170 { trace[x] = .nan }
        #expect(strokes(runs { _ in }, traces: [trace]).isEmpty)
        #expect(strokes(runs { _ in }, traces: []).isEmpty)
    }

    @Test func `letters, low and wide ink are no strokes`() {
        let trace = [Float](repeating: 100, count: width)
        // A letter of 5 mm, a bump of 2 mm, a bar 10 mm wide.
        let runs = runs {
            fill(&$0, 50 ... 62, 60 ... 80)
            fill(&$0, 150 ... 151, 92 ... 100)
            fill(&$0, 250 ... 290, 60 ... 100)
        }
        #expect(strokes(runs, traces: [trace]).isEmpty)
    }

    @Test func `frames are no strokes`() {
        let runs = runs { fill(&$0, 200 ... 201, 50 ... 90) }
        var cost = [Float](repeating: 0, count: runs.components.count)
        cost[Int(runs.runs[Int(runs.start[200])].component)] = .infinity
        let trace = [Float](repeating: 100, count: width)
        let found = UnreadInk(runs, traces: [trace], firstColumn: 0, radius: 1, cost: cost, scale: scale).strokes
        #expect(found.isEmpty)
    }
}
