import Testing

@testable import PageDrawing

struct TraceTests {
    private let frame = Frame(left: 10, top: 20, width: 100, height: 50)

    @Test func `fitted samples reach from edge to edge of the frame`() {
        let trace = Trace(samples: [0, 2, 1], samplingRate: 2, window: 0 ... 1, frame: frame)
        #expect(trace.lines() == [[Point(x: 10, y: 70), Point(x: 60, y: 20), Point(x: 110, y: 45)]])
    }

    @Test func `a scale in mV keeps its position`() {
        let trace = Trace(
            samples: [0, 0.5], samplingRate: 1, window: 0 ... 2, frame: frame, scale: .millivolts(-1 ... 1))
        #expect(trace.lines() == [[Point(x: 10, y: 45), Point(x: 60, y: 32.5)]])
    }

    @Test func `a window that begins between samples cuts the line there`() {
        let trace = Trace(
            samples: [0, 1, 2, 3], samplingRate: 1, window: 0.5 ... 2.5, frame: frame, scale: .millivolts(0 ... 4))
        let line = trace.lines()[0]
        #expect(line.map(\.x) == [10, 35, 85, 110])
        #expect(line.map(\.y) == [63.75, 57.5, 45, 38.75])
    }

    @Test func `NaN interrupts the line and does not affect the range`() {
        let trace = Trace(
            samples: [.nan, 0, 1, .nan, .nan, 0.5, .nan], samplingRate: 1, window: 0 ... 6, frame: frame)
        let lines = trace.lines()
        #expect(lines.map(\.count) == [2, 1])
        #expect(lines[0].map(\.y) == [70, 20])
        #expect(lines[1][0].y == 45)
    }

    @Test func `a flat line is centered, and no samples draw nothing`() {
        let flat = Trace(samples: [3, 3], samplingRate: 1, window: 0 ... 1, frame: frame)
        #expect(flat.lines()[0].map(\.y) == [45, 45])
        #expect(Trace(samples: [], samplingRate: 1, window: 0 ... 1, frame: frame).lines().isEmpty)
        #expect(Trace(samples: [.nan, .nan], samplingRate: 1, window: 0 ... 1, frame: frame).lines().isEmpty)
        #expect(Trace(samples: [1, 2], samplingRate: 1, window: 5 ... 6, frame: frame).lines().isEmpty)
    }
}
