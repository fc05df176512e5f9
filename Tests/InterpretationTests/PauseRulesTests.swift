import Foundation
import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct PauseRulesTests {
    private func rhythm(pause: Double, isGap: Bool = false) -> [RhythmFinding] {
        let before = Array(stride(from: 0.4, to: 10, by: 0.9))
        let after = Array(stride(from: before.last! + pause, to: 34, by: 0.9))
        var made = GaussianRecording(samplingRate: 250, duration: 35, beats: before + after)
        made.noise = 0.01
        let recording = made.recording().mapped { _, samples in
            guard isGap else { return samples }
            return samples.enumerated().map { place, sample in
                let time = Double(place) / 250
                return time > before.last! + 0.5 && time < after[0] - 0.5 ? .nan : sample
            }
        }
        return Interpretation(of: recording).rhythm
    }

    @Test func `no beat for more than three seconds is a pause, for more than six asystole`() throws {
        let pause = try #require(rhythm(pause: 4).first { $0.code == .pause })
        #expect(pause.evidence[0] == "no beat for 4 s")
        #expect(pause.episodes.count == 1)
        let long = rhythm(pause: 7)
        #expect(long.first?.code == .asystole)
        #expect(!long.contains { $0.code == .pause })
    }

    @Test func `a short interval is no pause, and a gap in the recording is none`() {
        #expect(!rhythm(pause: 2.5).contains { $0.code == .pause })
        let gap = rhythm(pause: 7, isGap: true)
        #expect(!gap.contains { $0.code == .pause || $0.code == .asystole })
    }

    @Test func `beats that a failing lead hides from the others are no asystole`() {
        var made = GaussianRecording(samplingRate: 250, duration: 60, interval: 0.8)
        made.scales = [1.2, 0.4]
        made.noise = 0.02
        // The first lead drifts back from its limit and shows no beats.
        let recording = made.recording().mapped { lead, samples in
            guard lead == 0 else { return samples }
            return samples.enumerated().map { place, sample in
                let time = Double(place) / 250
                guard time > 30, time < 38 else { return sample }
                return Float(3 * exp(-(time - 30) / 2)) + (place % 2 == 0 ? 0.01 : -0.01)
            }
        }
        let codes = Interpretation(of: recording).rhythm.map(\.code)
        #expect(!codes.contains(.asystole) && !codes.contains(.pause))
    }
}
