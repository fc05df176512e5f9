import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct DroppedBeatsTests {
    @Test func `a P wave without a QRS complex between beats of one PR interval is Mobitz II`() {
        var made = GaussianRecording(samplingRate: 500, duration: 20, interval: 0.9)
        let dropped = [6, 13, 18]
        made.lonePWaves = dropped.map { made.beats[$0] - 0.16 }
        made.beats = made.beats.enumerated().filter { !dropped.contains($0.offset) }.map(\.element)
        made.noise = 0.005
        let found = Interpretation(of: made.recording()).rhythm
        #expect(found.contains { $0.code == .avBlock2Mobitz2 && $0.episodes.count == 3 })
        #expect(!found.contains { $0.code == .avBlock2Mobitz1 })
    }

    @Test func `PR intervals that grow until a beat is dropped are Mobitz I`() {
        var made = GaussianRecording(samplingRate: 500, duration: 24, beats: [])
        made.waves = Array(GaussianRecording.normal.dropFirst())
        // P waves of one rate; four are conducted with a growing delay, the fifth is not.
        for (number, time) in stride(from: 0.3, to: 23.5, by: 0.85).enumerated() {
            made.lonePWaves.append(time)
            if number % 5 < 4 { made.beats.append(time + [0.16, 0.23, 0.27, 0.29][number % 5]) }
        }
        made.noise = 0.005
        let found = Interpretation(of: made.recording()).rhythm
        #expect(found.contains { $0.code == .avBlock2Mobitz1 && $0.episodes.count >= 3 })
        #expect(!found.contains { $0.code == .avBlock2Mobitz2 || $0.code == .atrialFibrillation })
        #expect(!RhythmCode.avBlock2Mobitz1.isValidated && !RhythmCode.avBlock2Mobitz2.isValidated)
    }

    @Test func `a pause without a P wave is no block`() {
        var made = GaussianRecording(samplingRate: 500, duration: 20, interval: 0.9)
        made.beats.remove(at: 10)
        made.noise = 0.005
        let found = Interpretation(of: made.recording()).rhythm
        #expect(!found.contains { $0.code == .avBlock2Mobitz1 || $0.code == .avBlock2Mobitz2 })
    }
}
