import Signals
import Testing

@testable import Interpretation

@Suite struct EarlyBeatsTests {
    private func early(_ intervals: [Int], ventricular: Set<Int> = []) -> EarlyBeats {
        var sample = 0
        var beats = [Beat(sample: 0, cluster: 0, beatClass: .normal)]
        for (index, interval) in intervals.enumerated() {
            sample += interval
            beats.append(
                Beat(sample: sample, cluster: 0, beatClass: ventricular.contains(index + 1) ? .ventricular : .normal))
        }
        return EarlyBeats(Beats(samplingRate: 1000, beats: beats, clusters: [], leads: []))
    }

    @Test func `a short interval in a regular rhythm is an early beat`() {
        let found = early([800, 800, 600, 950, 800, 810, 790])
        #expect(found.isEarly.indices.filter { found.isEarly[$0] } == [3])
        #expect(found.isRegularElsewhere)
    }

    @Test func `irregular intervals have no regular rest`() {
        #expect(!early([600, 900, 700, 1100, 650, 980, 820, 560]).isRegularElsewhere)
    }

    @Test func `a rhythm without early beats and a few beats have none`() {
        #expect(!early([800, 800, 800, 800, 800]).isRegularElsewhere)
        #expect(early([800, 500]).isEarly == [false, false, false])
    }

    @Test func `ventricular beats are none`() {
        let found = early([800, 800, 500, 1100, 800, 800, 800], ventricular: [3])
        #expect(!found.isEarly.contains(true) && !found.isRegularElsewhere)
    }
}
