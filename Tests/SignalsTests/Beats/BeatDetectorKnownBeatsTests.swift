import TestSupport
import Testing

@testable import Signals

@Suite struct BeatDetectorKnownBeatsTests {
    private func made() -> GaussianRecording {
        var made = GaussianRecording(samplingRate: 250, duration: 700, interval: 0.8)
        made.ventricular = [5, 17, 400]
        made.noise = 0.02
        return made
    }

    @Test func `places near the beats give the beats that the detector finds`() {
        let made = made()
        let recording = made.recording()
        let found = BeatDetector().beats(in: recording)
        let known = BeatDetector().beats(at: made.expected.map { $0 + 8 }, in: recording)
        #expect(known.beats.count == made.beats.count)
        // The detector may miss a beat at an end of the recording.
        let matching = BeatMatching(reference: known.samples, test: found.samples, tolerance: 1)
        #expect(matching.extra.isEmpty && matching.missed.count <= 1)
        #expect(known.clusters.count == found.clusters.count)
        let wide = known.beats.indices.filter { known.beats[$0].cluster != 0 }
        #expect(wide == [5, 17, 400])
    }

    @Test func `each place has its beat, in order, whatever the places are`() {
        let recording = made().recording()
        let places = [0, 1, 1, 40, 900, 905, recording.leads[0].sampleCount - 1]
        let known = BeatDetector().beats(at: places, in: recording)
        #expect(known.beats.count == places.count)
        #expect(known.samples == known.samples.sorted())
        #expect(zip(known.samples, places).allSatisfy { abs($0 - $1) <= 36 })
        #expect(known.clusters.flatMap(\.members).sorted() == Array(places.indices))
        #expect(BeatDetector().beats(at: [], in: recording).beats.isEmpty)
    }

    @Test func `other classes leave the beats as they are`() {
        let found = BeatDetector().beats(
            in: GaussianRecording(samplingRate: 250, duration: 10, interval: 0.8).recording())
        let other = found.with(classes: found.beats.map { _ in .fusion })
        #expect(other.samples == found.samples && other.clusters == found.clusters)
        #expect(other.beats.allSatisfy { $0.beatClass == .fusion })
    }
}
