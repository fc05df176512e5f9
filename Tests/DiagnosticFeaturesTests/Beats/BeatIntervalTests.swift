import Foundation
import Signals
import Testing

@testable import DiagnosticFeatures

@Suite struct BeatIntervalTests {
    private func intervals(_ times: [Double]) -> [BeatInterval] {
        BeatInterval.all(RRContext(times: times, isUsual: times.map { _ in true }))
    }

    @Test func `an early beat has the ratios of its intervals`() {
        var times = (0 ..< 40).map { 0.8 * Double($0) }
        times[20] -= 0.3
        let beat = intervals(times)[20]
        #expect(abs(beat.before - 0.5) < 1e-9)
        #expect(abs(beat.after - 1.1) < 1e-9)
        #expect(abs(beat.usual - 0.8) < 1e-9)
        #expect(abs(beat.deviation - 0.015) < 1e-9)
        // (0.8 − 0.5) / 0.015 = 20 is limited.
        #expect(beat.earliness == 8)
        #expect(beat.pause == 8)
        #expect(beat.rank == 0)
    }

    @Test func `a run of early beats keeps the interval before it`() {
        var times = [0.0]
        for index in 1 ..< 60 { times.append(times.last! + ((20 ..< 30).contains(index) ? 0.4 : 0.8)) }
        let found = intervals(times)
        for index in 20 ..< 30 {
            #expect(found[index].runLength == 10)
            #expect(found[index].runPlace == Double(index - 20))
            #expect(abs(found[index].runPrematurity - log(0.5)) < 1e-9)
            #expect(abs(found[index].runChange! - 0) < 1e-9)
        }
        #expect(found[30].runReference == nil)
        #expect(abs(found[40].runPrematurity) < 1e-9)
    }

    @Test func `windows agree with a slow calculation`() {
        let times = (0 ..< 200).map { 0.8 * Double($0) + 0.1 * sin(Double($0 * $0)) }
        let context = RRContext(times: times, isUsual: times.map { _ in true })
        let found = BeatInterval.all(context)
        for index in stride(from: 0, to: 200, by: 17) {
            let around = { (reach: Int) in context.before[max(0, index - reach) ..< min(200, index + reach + 1)] }
            #expect(abs(found[index].nearMean - around(35).reduce(0, +) / Double(around(35).count)) < 1e-9)
            #expect(abs(found[index].local - MovingWindow.median(of: around(8))) < 1e-12)
            let long = around(60).sorted()
            #expect(found[index].nearLong == long[Int(Double(long.count - 1) * 0.85)])
        }
    }

    @Test func `one beat and none have no intervals`() {
        #expect(intervals([1]).count == 1)
        #expect(intervals([1])[0].before.isNaN)
        #expect(intervals([]).isEmpty)
    }
}
