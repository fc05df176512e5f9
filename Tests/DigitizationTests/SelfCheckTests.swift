import Foundation
import Signals
import Testing

@testable import Digitization

struct SelfCheckTests {
    /// Ten seconds of two leads.
    private static func recording(_ value: (String, Double) -> Double) -> Recording {
        Recording(
            samplingRate: 500,
            leads: ["II", "V5"].map { name in
                Recording.Lead(name: name, samples: (0 ..< 5000).map { Float(value(name, Double($0) / 500)) })
            })
    }

    /// Beats as sums of bumps: place and width in s, height in mV.
    private static func beat(_ seconds: Double) -> Double {
        [(0.12, 0.025, 0.12), (0.28, 0.012, 1.2), (0.56, 0.05, 0.35)].reduce(0) { sum, bump in
            let distance = (seconds - bump.0) / bump.1
            return sum + bump.2 * exp(-0.5 * distance * distance)
        }
    }

    @Test func `beats at a usual rate fit the usual speed`() {
        let recording = Self.recording { _, seconds in Self.beat(seconds.truncatingRemainder(dividingBy: 0.85)) }
        #expect(SelfCheck.fitsAssumedSpeed(recording))
    }

    @Test func `long QT intervals do not fit the usual speed`() {
        let recording = Self.recording { _, seconds in
            Self.beat(seconds.truncatingRemainder(dividingBy: 1.9) / 2.2)
        }
        #expect(!SelfCheck.fitsAssumedSpeed(recording))
    }

    @Test func `a very low rate does not fit the usual speed`() {
        let recording = Self.recording { _, seconds in Self.beat(seconds.truncatingRemainder(dividingBy: 2.2)) }
        #expect(!SelfCheck.fitsAssumedSpeed(recording))
    }

    @Test func `amplitudes at half of their gain do not fit the usual gain`() {
        func recording(_ factor: Double) -> Recording {
            Self.recording { _, seconds in factor * Self.beat(seconds.truncatingRemainder(dividingBy: 0.85)) }
        }
        #expect(SelfCheck.fitsAssumedGain(recording(1)))
        #expect(!SelfCheck.fitsAssumedGain(recording(2)))
        // A slow drift is no amplitude.
        #expect(
            SelfCheck.fitsAssumedGain(
                Self.recording { _, seconds in
                    Self.beat(seconds.truncatingRemainder(dividingBy: 0.85)) + 0.3 * seconds
                }))
    }

    /// A trace of 62.5 mm at 25 mm/s and 10 mm/mV, with further mm from `place` on.
    private static func trace(jump: Float, at place: Double, factor: Double = 1) -> PageTrace {
        let y = (0 ..< 625).map { index in
            let x = Double(index) * 0.1
            let beat = factor * Self.beat((x / 25).truncatingRemainder(dividingBy: 0.85))
            return Float(-10 * beat) + (x >= place ? jump : 0)
        }
        return PageTrace(start: 20, spacing: 0.1, y: y, row: 0)
    }

    @Test func `a trace that moves to another row is noticed, and tall complexes are none`() {
        func jumps(_ trace: PageTrace) -> Bool { SelfCheck.jumps(trace, by: 12, speed: 25) }
        for place in [15.0, 31, 48] {
            #expect(jumps(Self.trace(jump: 25, at: place)))
            #expect(jumps(Self.trace(jump: -14, at: place)))
            #expect(!jumps(Self.trace(jump: 6, at: place)))
        }
        #expect(!jumps(Self.trace(jump: 0, at: 0, factor: 4)))
        // A steady drift of 20 mm.
        var drifting = Self.trace(jump: 0, at: 0)
        for index in drifting.y.indices { drifting.y[index] += Float(index) * 0.032 }
        #expect(!jumps(drifting))
    }
}
