import Foundation
import TestSupport
import Testing

@testable import Signals

/// Recordings without beats, or that are no recordings.
@Suite struct BeatDetectorRefusalTests {
    private func beats(_ samples: [Float], rate: Double) -> Beats {
        BeatDetector().beats(in: Recording(samplingRate: rate, leads: [.init(name: "II", samples: samples)]))
    }

    @Test func `rates of 1 Hz and 1 MHz are refused with what was found`() {
        for rate in [1.0, 1e6] {
            let found = beats([Float](repeating: 0, count: 5000), rate: rate)
            #expect(found.refusal == .samplingRate(found: rate, expected: BeatDetector.samplingRates))
            #expect(found.beats.isEmpty && found.leads.count == 1)
            #expect(found.refusal!.description.contains("check the rate"))
        }
    }

    @Test func `half a second is too short, and no lead is no recording`() {
        let short = beats([Float](repeating: 0, count: 125), rate: 250)
        #expect(short.refusal == .tooShort(found: 0.5, expected: BeatDetector.shortestDuration))
        #expect(BeatDetector().beats(in: Recording(samplingRate: 250, leads: [])).refusal == .noLeads)
        #expect(beats([], rate: 250).refusal == .tooShort(found: 0, expected: BeatDetector.shortestDuration))
    }

    @Test(arguments: [Float.nan, 0, 1, -5, 1e30, .infinity])
    func `a constant of any value has no beats and no signal`(value: Float) {
        let found = beats([Float](repeating: value, count: 5000), rate: 250)
        #expect(found.beats.isEmpty && found.clusters.isEmpty)
        #expect(found.refusal == .noSignal)
    }

    @Test func `one beat is found and is normal`() {
        let made = GaussianRecording(samplingRate: 250, duration: 2.5, interval: 9, start: 1.2)
        let found = BeatDetector().beats(in: made.recording())
        #expect(found.beats.count == 1)
        #expect(found.beats.first?.beatClass == .normal)
        #expect(found.rrIntervals.isEmpty)
        #expect(abs((found.samples.first ?? 0) - 300) <= 3)
    }

    @Test func `single infinite and absurd samples are gaps`() {
        let made = GaussianRecording(samplingRate: 250, duration: 20, interval: 0.8)
        let recording = made.recording().mapped { _, samples in
            var samples = samples
            samples[700] = .infinity
            samples[2200] = -.infinity
            samples[3301] = 1e35
            return samples
        }
        let matching = BeatMatching(
            reference: made.expected, test: BeatDetector().beats(in: recording).samples, tolerance: 5)
        #expect(matching.missed.isEmpty && matching.extra.isEmpty)
    }

    @Test(arguments: 1 ... 20 as ClosedRange<UInt64>)
    func `noise of any kind is survived, and twice the same`(seed: UInt64) {
        var state = seed
        func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 33) / Double(1 << 31)
        }
        let rate = 60 + 1000 * next()
        let count = Int((1 + 8 * next()) * rate)
        let leads = (0 ..< 3).map { lead in
            let scale = pow(10, 8 * next() - 4)
            return Recording.Lead(
                name: "\(lead)",
                samples: (0 ..< count).map { _ in next() < 0.02 ? .nan : Float(scale * (next() - 0.5)) })
        }
        let recording = Recording(samplingRate: rate, leads: leads)
        let found = BeatDetector().beats(in: recording)
        #expect(found.samples == found.samples.sorted())
        #expect(found.samples.allSatisfy { (0 ..< count).contains($0) })
        let again = BeatDetector().beats(in: recording)
        #expect(found.beats == again.beats && found.leads == again.leads)
        #expect(found.clusters.flatMap(\.members).sorted() == Array(found.beats.indices))
    }
}
