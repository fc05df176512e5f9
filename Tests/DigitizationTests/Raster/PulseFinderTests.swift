import Testing

@testable import Digitization

struct PulseFinderTests {
    private let finder = PulseFinder(pixelsPerMillimeterX: 8, pixelsPerMillimeterY: 8)

    /// A trace at y = 400 with a small wave, and a pulse of `height` mm over some of its columns.
    private func trace(pulse: Range<Int>, height: Float) -> [Float] {
        (0 ..< 2000).map { x in
            pulse.contains(x) ? 400 - 8 * height : x > 200 && x % 200 < 20 ? 380 : 400
        }
    }

    @Test(arguments: [5, 10, 20] as [Float])
    func `a pulse has a height and a width and is taken out`(height: Float) throws {
        var trace = trace(pulse: 20 ..< 60, height: height)
        let pulses = finder.take(from: &trace)
        let pulse = try #require(pulses.first)
        #expect(pulses.count == 1 && pulse.isWhole)
        #expect(abs(pulse.bottom - pulse.top - 8 * height) < 1)
        #expect(abs(pulse.right - pulse.left - 40) < 2)
        #expect(trace[..<60].allSatisfy { $0.isNaN })
        #expect(trace[70...].allSatisfy { $0.isFinite })
    }

    @Test func `half a pulse at a cut edge has a height`() throws {
        var left = trace(pulse: 0 ..< 25, height: 20)
        let first = try #require(finder.take(from: &left).first)
        #expect(!first.isWhole && abs(first.bottom - first.top - 160) < 1)
        #expect(left[..<25].allSatisfy { $0.isNaN })
        var right = trace(pulse: 1970 ..< 2000, height: 5)
        let last = try #require(finder.take(from: &right).first)
        #expect(!last.isWhole && abs(last.bottom - last.top - 40) < 1)
    }

    @Test func `a step of another height is part of the trace`() {
        var trace = trace(pulse: 20 ..< 60, height: 7)
        #expect(finder.take(from: &trace).isEmpty)
        #expect(trace.allSatisfy { $0.isFinite })
    }
}
