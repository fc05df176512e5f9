import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct EctopyRulesTests {
    private func findings(ventricular: Set<Int>, early: Double = 0.25) -> [RhythmFinding] {
        var made = GaussianRecording(samplingRate: 360, duration: 40, interval: 0.8)
        made.scales = [1, 0.7]
        made.names = ["MLII", "V5"]
        made.noise = 0.01
        for index in ventricular where !ventricular.contains(index - 1) { made.beats[index] -= early }
        made.ventricular = ventricular
        return Interpretation(of: made.recording()).rhythm
    }

    @Test func `single ventricular beats, couplets and runs are distinguished`() throws {
        var times: [Double] = []
        var ventricular: Set<Int> = []
        var time = 0.4
        // Eight usual beats, then a group of ventricular ones.
        for group in [1, 2, 4, 0] {
            for _ in 0 ..< 8 {
                times.append(time)
                time += 0.8
            }
            time -= 0.3
            for _ in 0 ..< group {
                ventricular.insert(times.count)
                times.append(time)
                time += 0.5
            }
            time += 0.5
        }
        var made = GaussianRecording(samplingRate: 360, duration: time + 0.5, beats: times)
        made.scales = [1, 0.7]
        made.noise = 0.01
        made.ventricular = ventricular
        let found = Interpretation(of: made.recording()).rhythm
        let single = try #require(found.first { $0.code == .ventricularPrematureBeats })
        #expect(single.evidence[0].hasPrefix("7 of "))
        let couplet = try #require(found.first { $0.code == .ventricularCouplet })
        #expect(couplet.episodes.count == 1)
        #expect(couplet.episodes[0].contains(times[17]) && couplet.episodes[0].contains(times[18]))
        let run = try #require(found.first { $0.code == .ventricularRun })
        #expect(run.evidence == ["1 time, at most 4 ventricular beats in a row", "at 120 beats per minute"])
        #expect(!found.contains { $0.code == .ventricularTachycardia })
    }

    @Test func `a fast run of ventricular beats is a tachycardia and comes first`() throws {
        var made = GaussianRecording(
            samplingRate: 360, duration: 30,
            beats: Array(stride(from: 0.4, to: 12, by: 0.8)) + Array(stride(from: 12.1, to: 16, by: 0.4))
                + Array(stride(from: 17, to: 29.5, by: 0.8)))
        made.ventricular = Set(made.beats.indices.filter { (12.05 ..< 16).contains(made.beats[$0]) })
        made.noise = 0.01
        let interpretation = Interpretation(of: made.recording())
        let first = try #require(interpretation.rhythm.first)
        #expect(first.code == .ventricularTachycardia)
        #expect(interpretation.isUrgent)
        #expect(first.episodes.count == 1)
        #expect(abs(first.episodes[0].lowerBound - 12) < 0.5 && abs(first.episodes[0].upperBound - 16.2) < 0.6)
    }

    @Test func `every second and every third beat ventricular is bigeminy and trigeminy`() {
        let second = findings(ventricular: Set(stride(from: 9, to: 30, by: 2)))
        #expect(second.contains { $0.code == .ventricularBigeminy })
        #expect(!second.contains { $0.code == .ventricularTrigeminy })
        let third = findings(ventricular: Set(stride(from: 9, to: 40, by: 3)))
        #expect(third.contains { $0.code == .ventricularTrigeminy })
        #expect(!third.contains { $0.code == .ventricularBigeminy })
    }

    @Test func `early beats of the usual shape are atrial premature beats`() throws {
        var made = GaussianRecording(samplingRate: 360, duration: 40, interval: 0.8)
        for index in [10, 25, 33] { made.beats[index] -= 0.28 }
        made.noise = 0.01
        let found = Interpretation(of: made.recording()).rhythm
        let premature = try #require(found.first { $0.code == .atrialPrematureBeats })
        #expect(premature.evidence[0].hasPrefix("3 of "))
        #expect(premature.episodes.count == 3)
        #expect(!found.contains { $0.code == .ventricularPrematureBeats })
    }

    @Test func `a rhythm without early beats has none`() {
        let found = findings(ventricular: [])
        #expect(found.map(\.code) == [.sinusRhythm])
    }
}
