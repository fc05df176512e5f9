import Foundation
import Signals
import Testing

@Suite struct BeatWindowTests {
    /// A minute at 125 Hz whose value is the number of the sample.
    private static let ramp = Recording.Lead(name: "II", samples: (0 ..< 7500).map(Float.init))

    @Test func `a beat begins at its peak and takes 1,2 intervals`() throws {
        // 100 samples apart: 120 samples each.
        let cutter = BeatCutter(lead: Self.ramp, samplingRate: 125, beats: Array(stride(from: 50, to: 7400, by: 100)))
        let window = try #require(cutter.window(ofBeat: 3))
        #expect(window.samples == (350 ..< 470).map(Float.init))
    }

    @Test func `the interval is the median of the seconds around the beat`() throws {
        // A premature beat and its pause change nothing: 80, 80, 50, 110, 80, 80 … samples.
        let beats = [0, 80, 160, 210, 320, 400, 480, 560]
        let cutter = BeatCutter(lead: Self.ramp, samplingRate: 125, beats: beats)
        for index in beats.indices { #expect(try #require(cutter.window(ofBeat: index)).samples.count == 96) }
        // A faster heart, ten seconds later, has windows of its own.
        let faster = beats + stride(from: 3000, to: 4000, by: 50)
        let later = BeatCutter(lead: Self.ramp, samplingRate: 125, beats: faster)
        #expect(try #require(later.window(ofBeat: 18)).samples.count == 60)
        #expect(try #require(later.window(ofBeat: 2)).samples.count == 96)
    }

    @Test func `no window is longer than the picture or shorter than any beat`() throws {
        let slow = BeatCutter(lead: Self.ramp, samplingRate: 125, beats: [0, 300, 600])
        #expect(try #require(slow.window(ofBeat: 1)).samples.count == 187)
        let double = BeatCutter(lead: Self.ramp, samplingRate: 125, beats: [10, 12, 14])
        #expect(try #require(double.window(ofBeat: 1)).samples.count == 30)
    }

    @Test func `a beat that the recording does not hold in full has no window`() {
        #expect(BeatCutter(lead: Self.ramp, samplingRate: 125, beats: [0, 100, 7450]).window(ofBeat: 2) == nil)
        #expect(BeatCutter(lead: Self.ramp, samplingRate: 125, beats: [500]).window(ofBeat: 0) == nil)
        var samples = Self.ramp.samples
        samples[560] = .nan
        let gap = BeatCutter(lead: .init(name: "II", samples: samples), samplingRate: 125, beats: [400, 500, 600])
        #expect(gap.window(ofBeat: 1) == nil)
        #expect(gap.window(ofBeat: 2) != nil)
        let flat = Recording.Lead(name: "II", samples: Array(repeating: 1, count: 1000))
        #expect(BeatCutter(lead: flat, samplingRate: 125, beats: [100, 200]).window(ofBeat: 0) == nil)
    }
}
