import Testing

@testable import Digitization

struct PageRowTests {
    private static let trace = PageTrace(start: 10, spacing: 0.5, y: (0 ..< 41).map { Float($0) }, row: 0)

    @Test func `a trace is clipped to places in mm`() {
        let part = Self.trace.clipped(from: 11.2, to: 12.5)
        #expect(part.start == 11.5 && part.y == [3, 4, 5])
        #expect(Self.trace.clipped(from: 100, to: 200).y.isEmpty)
    }

    @Test func `values lie between points, and short gaps are bridged`() {
        #expect(Self.trace.value(at: 10.25) == 0.5 && Self.trace.value(at: 9).isNaN)
        var trace = Self.trace
        trace.spacing = 0.25
        trace.y[5] = .nan
        trace.y[20] = .nan
        trace.y[21] = .nan
        trace.y[22] = .nan
        let values = trace.values(start: 10, step: 0.25, count: 41)
        #expect(values[21].isNaN)
        for index in [5, 19, 23] { #expect(abs(values[index] - Float(index)) < 1e-4) }
    }

    @Test func `pulses are cut off at both ends of a row`() throws {
        let left = CalibrationPulse(left: 11, right: 13, top: 0, bottom: 10, row: 0)
        let right = CalibrationPulse(left: 28, right: 30, top: 0, bottom: 10, row: 0)
        let row = try #require(PageRow([Self.trace], pulses: [left, right]))
        #expect(row.start == 14 && row.end == 27)
    }

    @Test func `the foot of a pulse is cut off with it where a gap follows`() throws {
        var trace = Self.trace
        for index in 9 ..< 14 { trace.y[index] = .nan }
        let left = CalibrationPulse(left: 10, right: 12, top: 0, bottom: 10, row: 0)
        #expect(try #require(PageRow([trace], pulses: [left])).start == 17)
        let right = CalibrationPulse(left: 28, right: 30, top: 0, bottom: 10, row: 0)
        trace.y = trace.y.reversed()
        #expect(try #require(PageRow([trace], pulses: [right])).end == 23)
        // A longer piece is a part of the lead.
        var broken = Self.trace
        for index in 14 ..< 19 { broken.y[index] = .nan }
        #expect(try #require(PageRow([broken], pulses: [left])).start == 13)
    }
}
