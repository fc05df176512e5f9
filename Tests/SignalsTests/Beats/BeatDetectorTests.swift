import Foundation
import TestSupport
import Testing

@testable import Signals

@Suite struct BeatDetectorTests {
    /// Every beat within 20 ms, and no other.
    private func expectBeats(
        _ made: GaussianRecording, in recording: Recording? = nil, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let beats = BeatDetector().beats(in: recording ?? made.recording())
        let tolerance = max(1, Int((0.02 * made.samplingRate).rounded(.up)))
        let matching = BeatMatching(reference: made.expected, test: beats.samples, tolerance: tolerance)
        #expect(matching.missed.isEmpty && matching.extra.isEmpty, sourceLocation: sourceLocation)
    }

    @Test(arguments: [60, 100, 128, 200, 250, 360, 500, 1000, 2000, 8000])
    func `every beat is found within 20 ms at any sampling rate`(rate: Double) {
        expectBeats(GaussianRecording(samplingRate: rate, duration: 10, interval: 0.83))
    }

    @Test(arguments: [0.3, 0.4, 0.6, 1, 1.5, 2])
    func `every beat is found at rates from 30 to 200 per minute`(interval: Double) {
        expectBeats(GaussianRecording(samplingRate: 250, duration: 20, interval: interval))
    }

    @Test func `an inverted lead gives the same beats`() {
        var made = GaussianRecording(samplingRate: 360, duration: 30, interval: 0.7)
        made.noise = 0.03
        made.ventricular = [5, 17]
        let recording = made.recording()
        let inverted = recording.mapped { _, samples in samples.map { -$0 } }
        #expect(BeatDetector().beats(in: recording).beats == BeatDetector().beats(in: inverted).beats)
    }

    @Test(arguments: [100.0, 500])
    func `beats of a column of two and a half seconds are found from the first on`(rate: Double) {
        expectBeats(GaussianRecording(samplingRate: rate, duration: 2.5, interval: 0.8, start: 0.2))
        expectBeats(GaussianRecording(samplingRate: rate, duration: 2.5, interval: 1.9, start: 0.3))
    }

    @Test(arguments: [50.0, 60])
    func `powerline noise and baseline wander change nothing`(frequency: Double) {
        for rate in [128.0, 250, 500] {
            var made = GaussianRecording(samplingRate: rate, duration: 12, interval: 0.8)
            made.powerline = 0.3
            made.powerlineFrequency = frequency
            made.wander = 1
            expectBeats(made)
        }
    }

    @Test func `leads that are only there in their columns are one recording`() {
        let columns = { (made: GaussianRecording) in
            made.recording().mapped { lead, samples in
                samples.enumerated().map { place, sample in place / 1250 == lead ? sample : .nan }
            }
        }
        // A beat 20 ms after the edge of a column is cut: it is found, at the middle of what is left.
        var cut = GaussianRecording(samplingRate: 500, duration: 10, interval: 0.77)
        cut.scales = [1, -0.5, 0.8, 1.5]
        let found = BeatDetector().beats(in: columns(cut)).samples
        let matching = BeatMatching(reference: cut.expected, test: found, tolerance: 20)
        #expect(matching.missed.isEmpty && matching.extra.isEmpty)

        var made = GaussianRecording(samplingRate: 500, duration: 10, interval: 0.8)
        made.scales = cut.scales
        expectBeats(made, in: columns(made))
        let beats = BeatDetector().beats(in: columns(made))
        #expect(beats.clusters.count == 1)
        #expect(beats.clusters[0].medianBeat.beatCounts.allSatisfy { $0 >= 2 })
        #expect(beats.leads.allSatisfy { abs($0.coverage - 0.25) < 0.01 })
    }

    @Test func `a lead that becomes noisy loses its vote while it is`() {
        var made = GaussianRecording(samplingRate: 250, duration: 60, interval: 0.8)
        made.scales = [1, 1]
        var generator = SystemlessNoise(seed: 3)
        let recording = made.recording().mapped { lead, samples in
            guard lead == 1 else { return samples }
            return samples.enumerated().map { place, sample in
                (5000 ..< 10_000).contains(place) ? sample + 3 * generator.next() : sample
            }
        }
        expectBeats(made, in: recording)
    }

    @Test func `flat, saturated and missing leads have no vote and are named`() {
        var made = GaussianRecording(samplingRate: 250, duration: 20, interval: 0.8)
        made.scales = [1, 1, 1, 1]
        let recording = made.recording().mapped { lead, samples in
            switch lead {
            case 1: samples.map { _ in 0.25 }
            case 2: samples.enumerated().map { place, sample in place % 1000 < 500 ? 5 : sample }
            case 3: samples.map { _ in .nan }
            default: samples
            }
        }
        expectBeats(made, in: recording)
        let leads = BeatDetector().beats(in: recording).leads
        #expect(leads.map(\.grade) == [.good, .flat, .saturated, .missing])
        #expect(leads[1].reasons == [.electrodeOff])
        #expect(leads[2].reasons.contains(.saturation))
    }

    @Test func `a gap in the only lead costs the beats in it and no others`() {
        let made = GaussianRecording(samplingRate: 250, duration: 30, interval: 0.8)
        let recording = made.recording().mapped { _, samples in
            samples.enumerated().map { place, sample in (2550 ..< 3800).contains(place) ? .nan : sample }
        }
        let found = BeatDetector().beats(in: recording).samples
        let kept = made.expected.filter { !(2540 ..< 3810).contains($0) }
        let matching = BeatMatching(reference: kept, test: found, tolerance: 5)
        #expect(matching.missed.isEmpty && matching.extra.isEmpty)
    }

    @Test func `pacing spikes are no beats and are assigned to the beats they start`() {
        let made = GaussianRecording(samplingRate: 500, duration: 20, interval: 0.8)
        let spikes = made.beats.map { Int((($0 - 0.06) * 500).rounded()) }
        let recording = made.recording().mapped { _, samples in
            var samples = samples
            for spike in spikes where spike > 1 {
                samples[spike] += 4
                samples[spike + 1] += 2
            }
            return samples
        }
        expectBeats(made, in: recording)
        let beats = BeatDetector().beats(in: recording).beats
        #expect(beats.allSatisfy { $0.beatClass == .unclassifiable })
        #expect(beats.allSatisfy { beat in beat.pacingSpike.map { abs(beat.sample - $0 - 30) <= 5 } ?? false })
    }

    @Test func `a long recording in pieces gives the beats of its parts`() {
        var made = GaussianRecording(samplingRate: 100, duration: 1300, interval: 0.81)
        made.noise = 0.05
        expectBeats(made)
    }

    @Test func `ventricular beats have a cluster and a class of their own`() {
        var made = GaussianRecording(samplingRate: 360, duration: 60, interval: 0.8)
        for index in [8, 20, 33, 50] {
            made.beats[index] -= 0.3
            made.ventricular.insert(index)
        }
        expectBeats(made)
        let beats = BeatDetector().beats(in: made.recording())
        #expect(beats.clusters.count == 2)
        #expect(beats.clusters[1].members == [8, 20, 33, 50])
        for (index, beat) in beats.beats.enumerated() {
            #expect(beat.beatClass == (made.ventricular.contains(index) ? .ventricular : .normal))
        }
    }

    @Test func `an early beat of the usual shape is supraventricular`() {
        var made = GaussianRecording(samplingRate: 360, duration: 60, interval: 0.8)
        for index in [10, 30] { made.beats[index] -= 0.25 }
        let beats = BeatDetector().beats(in: made.recording()).beats
        #expect(beats.indices.filter { beats[$0].beatClass == .supraventricular } == [10, 30])
        #expect(beats.indices.filter { beats[$0].beatClass == .normal }.count == beats.count - 2)
    }

    @Test func `the median beat is the beat without its noise`() throws {
        var made = GaussianRecording(samplingRate: 500, duration: 60, interval: 0.9)
        made.noise = 0.05
        let median = try #require(BeatDetector().beats(in: made.recording()).clusters.first).medianBeat
        #expect(median.leads[0].count == 501)
        #expect(median.fiducial == 200)
        let peak = median.leads[0].indices.max { median.leads[0][$0] < median.leads[0][$1] }!
        #expect(abs(peak - 200) <= 1)
        #expect(abs(median.leads[0][peak] - 1) < 0.08)
        // The T wave, 270 ms later.
        #expect(abs(median.leads[0][200 + 135] - 0.3) < 0.05)
    }
}

/// White noise of a standard deviation of about 0.3.
private struct SystemlessNoise {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 24) - 0.5
    }
}
