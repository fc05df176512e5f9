import Testing

@testable import Signals

struct BeatSequenceTests {
    @Test func `intervals in are intervals out`() {
        let sequence = BeatSequence(BeatMorphology(waves: []), intervals: [0.5, 1, 0.25])
        #expect(sequence.beats.map(\.rTime) == [0, 0.5, 1.5, 1.75])
        #expect(sequence.intervals == [0.5, 1, 0.25])
    }

    @Test func `a single beat and falling R times are the caller's mistakes`() async {
        await #expect(processExitsWith: .failure) {
            _ = BeatSequence(BeatMorphology(waves: []), intervals: [])
        }
        await #expect(processExitsWith: .failure) {
            _ = BeatSequence(BeatMorphology(waves: []), intervals: [0.5, -0.1])
        }
    }
}
