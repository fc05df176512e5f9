import Signals
import TestSupport
import Testing

@Suite struct RRStatisticsTests {
    private func statistics(_ intervals: [Double], classes: [AAMIClass] = []) -> RRStatistics {
        var (time, beats) = (1.0, [Beat(sample: 1000, cluster: 0, beatClass: classes.first ?? .normal)])
        for (number, interval) in intervals.enumerated() {
            time += interval
            beats.append(
                Beat(
                    sample: Int((1000 * time).rounded()), cluster: 0,
                    beatClass: classes.isEmpty ? .normal : classes[number + 1]))
        }
        return RRStatistics(of: MadeRecording.beats(beats, samplingRate: 1000))
    }

    @Test func `statistics of five intervals are those worked by hand`() {
        let found = statistics([0.8, 0.9, 0.85, 0.95, 0.75])
        #expect(abs(found.meanInterval.value! - 850) < 1e-9)
        // Deviations −50, 50, 0, 100, −100: √(25000 / 4).
        #expect(abs(found.sdnn.value! - 79.0569415) < 1e-6)
        // Differences 100, −50, 100, −200: √(62500 / 4).
        #expect(abs(found.rmssd.value! - 125) < 1e-6)
        // 50 ms does not exceed 50 ms.
        #expect(abs(found.pnn50.value! - 0.75) < 1e-12)
        #expect(abs(found.medianDifference.value! - 0.1 / 0.85) < 1e-9)
    }

    @Test func `intervals on both sides of a premature beat are left out`() {
        let found = statistics(
            [0.8, 0.5, 1.1, 0.8, 0.82], classes: [.normal, .normal, .ventricular, .normal, .normal, .normal])
        #expect(abs(found.meanInterval.value! - 804) < 1e-9)
        // 0.8, 0.8, 0.82 are normal; only the last two of them follow each other.
        #expect(abs(found.rmssd.value! - 20) < 1e-6)
        #expect(found.pnn50.value == 0)
        #expect(abs(found.sdnn.value! - 11.5470054) < 1e-6)
    }

    @Test func `too few beats have a reason`() {
        #expect(statistics([]).meanInterval.reason == .tooFewBeats)
        let one = statistics([0.8])
        #expect(one.meanInterval.value == 800)
        #expect(one.sdnn.reason == .tooFewBeats && one.sdnn.value == nil)
        let apart = statistics([0.8, 0.5, 1.1, 0.8], classes: [.normal, .normal, .ventricular, .normal, .normal])
        #expect(apart.sdnn.value == 0)
        #expect(apart.rmssd.reason == .tooFewBeats)
    }
}
