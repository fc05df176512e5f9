import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct RRContextTests {
    @Test func `intervals before and after pair with the beats`() {
        let context = RRContext(times: [0, 1, 1.6, 3], isUsual: [true, true, true, true])
        for (found, expected) in zip(context.before, [1, 1, 0.6, 1.4]) { #expect(abs(found - expected) < 1e-9) }
        for (found, expected) in zip(context.after, [1, 0.6, 1.4, 1.4]) { #expect(abs(found - expected) < 1e-9) }
        #expect(abs(context.mean - 1) < 1e-9)
    }

    @Test func `an early beat is premature by the logarithm of its share`() {
        var times = (0 ..< 40).map { 0.8 * Double($0) }
        times[20] -= 0.3
        let context = RRContext(times: times, isUsual: times.map { _ in true })
        #expect(abs(context.prematurity(20) - log(0.5 / 0.8)) < 1e-9)
        #expect(abs(context.delayAfter(20) - log(1.1 / 0.8)) < 1e-9)
        #expect(abs(context.prematurity(10)) < 1e-9)
        #expect(!context.isIrregular(20))
    }

    @Test func `intervals without any order are irregular`() {
        var generator = SeededGenerator(seed: 1, purpose: "intervals")
        var time = 0.0
        let times = (0 ..< 80).map { _ -> Double in
            time += 0.5 + 0.5 * generator.uniform()
            return time
        }
        let context = RRContext(times: times, isUsual: times.map { _ in true })
        #expect(context.isIrregular(40))
    }

    @Test func `a run keeps its first beat and the interval before it`() {
        var times = [0.0]
        for index in 1 ..< 40 { times.append(times.last! + ((20 ..< 25).contains(index) ? 0.4 : 0.8)) }
        let context = RRContext(times: times, isUsual: times.map { _ in true })
        #expect(context.runs[22]?.start == 20)
        #expect(abs(context.runs[22]!.reference - 0.8) < 1e-9)
        #expect(abs(context.runPrematurity(22) - log(0.5)) < 1e-9)
        #expect(context.runs[25] == nil)
        #expect(context.isOnTime[10] && !context.isOnTime[20])
    }

    @Test func `one beat and none have a context`() {
        #expect(RRContext(times: [3], isUsual: [true]).before == [1])
        #expect(RRContext(times: [], isUsual: []).before.isEmpty)
    }
}
