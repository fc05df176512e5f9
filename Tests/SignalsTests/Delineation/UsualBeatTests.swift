import Testing

@testable import Signals

@Suite struct UsualBeatTests {
    /// Triangles of 80 ms once in 0.8 s, with a ripple: a constant level would be a rail.
    private let recording: Recording = {
        let samples = (0 ..< 4000).map { index -> Float in
            let distance = Float(abs((index + 200) % 400 - 300))
            return max(0, 1 - distance / 20) + 0.01 * Float(index % 7 - 3)
        }
        return Recording(samplingRate: 500, leads: [.init(name: "II", samples: samples)])
    }()

    @Test func `the usual beat and each single one have the height that was recorded`() throws {
        let beats = BeatDetector().beats(in: recording)
        let usual = try #require(Measurements.withUsualBeat(of: recording, beats: beats)?.usual)
        #expect(usual.traces.count == 1)
        #expect(usual.traces[0].count == UsualBeat.count)
        let top = usual.traces[0].filter(\.isFinite).max()!
        // The low-pass filter takes a share off the peak.
        #expect(top > 0.85 && top < 1)
        let single = usual.singles[3][0].filter(\.isFinite).max()!
        // The ripple of 0.03 mV is in a single beat.
        #expect(abs(single - top) < 0.04)
        #expect((usual.qrs.onset ... usual.qrs.end).contains(UsualBeat.fiducial))
    }

    @Test func `there is no usual beat without beats`() {
        let flat = Recording(samplingRate: 500, leads: [.init(name: "II", samples: [Float](repeating: 0, count: 5000))])
        #expect(Measurements.withUsualBeat(of: flat, beats: BeatDetector().beats(in: flat)) == nil)
    }
}
