import Foundation
import TestSupport
import Testing

@testable import Signals

@Suite struct PacingSpikesTests {
    private func spiked(_ places: [Int], height: Float) -> [Float] {
        var made = GaussianRecording(samplingRate: 500, duration: 10, interval: 0.8)
        made.noise = 0.01
        var samples = made.recording().leads[0].samples
        for place in places { samples[place] += height }
        return samples
    }

    @Test(arguments: [-3, -1, 1, 3] as [Float])
    func `spikes of either polarity are found at their samples`(height: Float) {
        let places = [130, 131 + 400, 930, 2000]
        #expect(PacingSpikes.places(spiked(places, height: height), samplingRate: 500) == places)
    }

    @Test func `QRS complexes, powerline noise and gaps are no spikes`() {
        var made = GaussianRecording(samplingRate: 360, duration: 10, interval: 0.5)
        made.scales = [3]
        #expect(PacingSpikes.places(made.recording().leads[0].samples, samplingRate: 360).isEmpty)
        made.powerline = 0.6
        #expect(PacingSpikes.places(made.recording().leads[0].samples, samplingRate: 360).isEmpty)
        #expect(PacingSpikes.places([Float](repeating: .nan, count: 1000), samplingRate: 360).isEmpty)
        #expect(PacingSpikes.places([1, 2], samplingRate: 360).isEmpty)
    }

    @Test func `spikes are not looked for at low rates`() {
        #expect(PacingSpikes.places(spiked([500], height: 5), samplingRate: 128).isEmpty)
    }

    @Test func `removal leaves the lead as it is elsewhere`() {
        let clean = spiked([], height: 0)
        let removed = PacingSpikes.removed([700], from: spiked([700], height: 4), samplingRate: 500)
        #expect(abs(removed[700] - clean[700]) < 0.05)
        #expect(Array(removed[..<696]) == Array(clean[..<696]) && Array(removed[705...]) == Array(clean[705...]))
    }
}
