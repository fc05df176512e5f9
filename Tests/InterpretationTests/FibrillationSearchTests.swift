import Foundation
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct FibrillationSearchTests {
    @Test func `waves of five per second after sinus rhythm are ventricular fibrillation`() throws {
        var made = GaussianRecording(samplingRate: 250, duration: 60, interval: 0.8)
        made.noise = 0.01
        var phase = 0.0
        var generator = SeededGenerator(seed: 2, purpose: "fibrillation")
        let recording = made.recording().mapped { _, samples in
            samples.enumerated().map { place, sample in
                guard place >= 30 * 250 else { return sample }
                phase += 2 * .pi * (5 + 2 * (generator.uniform() - 0.5)) / 250
                return Float(0.6 * (1 + 0.3 * sin(Double(place) / 300)) * sin(phase))
            }
        }
        let interpretation = Interpretation(of: recording)
        let first = try #require(interpretation.rhythm.first)
        #expect(first.code == .ventricularFibrillation)
        #expect(interpretation.isUrgent)
        #expect(first.episodes.count == 1)
        #expect(abs(first.episodes[0].lowerBound - 30) < 5)
        #expect(first.episodes[0].upperBound > 55)
    }

    @Test func `sinus rhythm, noise and a flat lead are none`() {
        var made = GaussianRecording(samplingRate: 250, duration: 30, interval: 0.5)
        made.noise = 0.05
        let good = [LeadQuality(name: "II", grade: .good, reasons: [], coverage: 1)]
        #expect(FibrillationSearch.episodes(in: made.recording(), leads: good).isEmpty)
        let flat = made.recording().mapped { _, samples in samples.map { _ in 0.3 } }
        #expect(FibrillationSearch.episodes(in: flat, leads: good).isEmpty)
        let wide = GaussianRecording(samplingRate: 250, duration: 30, interval: 1)
        #expect(FibrillationSearch.episodes(in: wide.recording(), leads: good).isEmpty)
    }

    @Test func `six of eight high windows make an episode`() {
        let low = [Double](repeating: 0, count: 8)
        #expect(FibrillationSearch.episodes(scores: low + [1, 1, 1, 0, 1, 0, 1, 1] + low, duration: 30) == [9 ... 18])
        #expect(FibrillationSearch.episodes(scores: low + [1, 1, 1, 1, 1] + low, duration: 30).isEmpty)
    }
}
