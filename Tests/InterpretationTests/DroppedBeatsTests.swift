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

    @Test func `a pause without a P wave is no block`() {
        var made = GaussianRecording(samplingRate: 500, duration: 20, interval: 0.9)
        made.beats.remove(at: 10)
        made.noise = 0.005
        let found = Interpretation(of: made.recording()).rhythm
        #expect(!found.contains { $0.code == .avBlock2Mobitz1 || $0.code == .avBlock2Mobitz2 })
    }
}
