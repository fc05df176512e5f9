import Foundation
import LinearAlgebra
import Testing

@testable import Signals

struct RecordingNoiseTests {
    private func noise(_ noise: RecordingNoise, count: Int = 20_000, rate: Double = 500) -> [Double] {
        var generator = SeededGenerator(seed: 21)
        return noise.added(to: [Double](repeating: 0, count: count), samplingRate: rate, using: &generator)
    }

    @Test func `no noise leaves the samples as they are`() {
        var generator = SeededGenerator(seed: 1)
        let samples = [0.1, -0.2, 0.30001]
        #expect(RecordingNoise.none.added(to: samples, samplingRate: 250, using: &generator) == samples)
    }

    @Test func `muscle noise has the asked root mean square at every sampling rate`() {
        for rate in [250.0, 360, 500] {
            var kind = RecordingNoise.none
            kind.muscle = 0.05
            let samples = noise(kind, rate: rate)
            let rms = (samples.reduce(0) { $0 + $1 * $1 } / Double(samples.count)).squareRoot()
            // 20,000 samples, correlated over some ten.
            #expect(abs(rms / 0.05 - 1) < 0.05)
        }
    }

    @Test func `mains hum is a sine of the asked amplitude and frequency`() {
        var kind = RecordingNoise.none
        kind.powerline = 0.02
        kind.mainsFrequency = 60
        let samples = noise(kind, count: 1000)
        // Samples meet 25 phases of the sine: the nearest one to its crest is at most π/25 away, 0.8 % below it.
        #expect(abs(samples.max()! - 0.02) <= 0.008 * 0.02)
        let crossings = zip(samples, samples.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
        // 60 Hz over 2 s.
        #expect((119 ... 121).contains(crossings))
    }

    @Test func `wander is slow and bounded`() {
        var kind = RecordingNoise.none
        kind.wander = 0.1
        let samples = noise(kind, count: 5000)
        #expect(samples.map(abs).max()! <= 0.3)
        // Three sines of at most 0.1 mV and 0.5 Hz rise by at most 2π · 0.5 · 0.3 mV a second.
        let steepest = zip(samples, samples.dropFirst()).map { abs($1 - $0) * 500 }.max()!
        #expect(steepest > 0 && steepest <= 0.3 * Double.pi)
    }

    @Test func `a moved electrode jumps once and comes back`() {
        var kind = RecordingNoise.none
        kind.motion = 0.2
        let samples = noise(kind, count: 5000).map(abs)
        let highest = samples.max()!
        #expect(highest > 0.1 && highest < 0.2)
        #expect(samples[0] == 0)
        #expect(samples[4999] < highest)
    }

    @Test func `the converter rounds to its steps`() {
        var generator = SeededGenerator(seed: 1)
        var kind = RecordingNoise.none
        kind.resolution = 0.005
        let rounded = kind.added(to: [0.0126, -0.0124, .nan], samplingRate: 250, using: &generator)
        #expect(abs(rounded[0] - 0.015) < 1e-12)
        #expect(abs(rounded[1] + 0.010) < 1e-12)
        #expect(rounded[2].isNaN)
    }
}
