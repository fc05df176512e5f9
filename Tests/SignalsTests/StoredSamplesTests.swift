import Foundation
import Signals
import TestSupport
import Testing

/// Recordings whose samples stay in their source.
struct StoredSamplesTests {
    private static let recording = GaussianRecording(samplingRate: 250, duration: 100, interval: 0.8).recording()

    @Test func `samples are those of the source, within blocks and across them`() {
        let stored = Recording(reading: Self.recording)
        #expect(stored == Self.recording)
        #expect(stored.sampleCount == 25_000 && stored.duration == 100)
        for range in [0 ..< 0, 0 ..< 1, 8191 ..< 8193, 8000 ..< 24_999, 25_000 ..< 25_000] {
            for (lead, other) in zip(stored.leads, Self.recording.leads) {
                #expect(lead.samples(in: range) == Array(other.samples[range]))
                #expect(lead.withSamples(in: range) { Array($0) } == Array(other.samples[range]))
                #expect(other.withSamples(in: range) { Array($0) } == Array(other.samples[range]))
            }
        }
        #expect(stored.readingError == nil)
    }

    @Test func `beats and measurements are the same`() {
        let stored = Recording(reading: Self.recording)
        let beats = BeatDetector().beats(in: Self.recording)
        #expect(BeatDetector().beats(in: stored) == beats)
        #expect(Measurements(of: stored, beats: beats) == Measurements(of: Self.recording, beats: beats))
    }

    @Test func `an error of the source is kept, and its samples are missing`() {
        let stored = Recording(reading: BrokenSource())
        #expect(stored.leads[0].samples(in: 0 ..< 10) == [Float](repeating: 1, count: 10))
        #expect(stored.readingError == nil)
        let samples = stored.leads[0].samples
        #expect(samples[8191] == 1 && samples[8192...].allSatisfy { $0.isNaN })
        #expect(stored.readingError is BrokenSource.Failed)
    }

    private struct BrokenSource: SampleSource {
        struct Failed: Error {}
        let samplingRate = 100.0
        let sampleCount = 20_000
        let leadNames = ["II"]

        func samples(in range: Range<Int>) throws(Failed) -> [[Float]] {
            if range.upperBound > 9000 { throw Failed() }
            return [[Float](repeating: 1, count: range.count)]
        }
    }

    @Test func `progress goes up to one`() {
        var shares: [Double] = []
        let beats = BeatDetector().beats(in: Self.recording) { shares.append($0) }
        _ = Measurements(of: Self.recording, beats: beats) { shares.append(1 + $0) }
        #expect(shares == shares.sorted() && shares.allSatisfy { (0 ... 2).contains($0) } && shares.count > 2)
    }
}
