import Foundation
import LinearAlgebra

/// Noise of electrodes, muscles, mains and recorder.
///
/// - Source: the kinds are those of Moody, Muldrow & Mark's noise stress test, Computers in Cardiology 11 (1984):
///   baseline wander, muscle artefact, electrode motion; with mains and quantization.
public struct RecordingNoise: Sendable, Equatable {
    /// mV, amplitude of slow drift (0.05–0.5 Hz) beside the model's breathing.
    public var wander: Double
    /// mV, amplitude at the mains frequency.
    public var powerline: Double
    /// Hz, 50 or 60 and a little off.
    public var mainsFrequency: Double
    /// mV root mean square of muscle noise, 20–100 Hz.
    public var muscle: Double
    /// mV, size of an electrode's jump that decays within a second; 0 for a still electrode.
    public var motion: Double
    /// mV per step of the recorder's converter; 0 leaves the samples as they are.
    public var resolution: Double

    public static let none = RecordingNoise(
        wander: 0, powerline: 0, mainsFrequency: 50, muscle: 0, motion: 0, resolution: 0)

    public init(
        wander: Double, powerline: Double, mainsFrequency: Double, muscle: Double, motion: Double, resolution: Double
    ) {
        self.wander = wander
        self.powerline = powerline
        self.mainsFrequency = mainsFrequency
        self.muscle = muscle
        self.motion = motion
        self.resolution = resolution
    }

    /// Noise of random strength: mostly a clean recording, sometimes a poor one.
    public static func drawn(using generator: inout SeededGenerator) -> RecordingNoise {
        RecordingNoise(
            wander: 0.03 * exp(0.7 * generator.normal()),
            powerline: generator.uniform() < 0.3 ? 0.01 * exp(0.5 * generator.normal()) : 0,
            mainsFrequency: (generator.uniform() < 0.5 ? 50 : 60) + 0.1 * generator.normal(),
            muscle: 0.008 * exp(0.6 * generator.normal()),
            motion: generator.uniform() < 0.1 ? generator.uniform(in: 0.05 ... 0.25) : 0,
            resolution: [0.001, 0.005, 0.01][generator.integer(below: 3)])
    }

    /// The recording with noise on it.
    ///
    /// - Parameters:
    ///   - samples: mV; NaN stays NaN.
    ///   - samplingRate: Hz.
    public func added(
        to samples: [Double], samplingRate: Double, using generator: inout SeededGenerator
    ) -> [Double] {
        precondition(samplingRate > 0, "a sampling rate of \(samplingRate) Hz")
        var noisy = samples
        addWander(to: &noisy, samplingRate: samplingRate, using: &generator)
        addPowerline(to: &noisy, samplingRate: samplingRate, using: &generator)
        addMuscle(to: &noisy, samplingRate: samplingRate, using: &generator)
        addMotion(to: &noisy, samplingRate: samplingRate, using: &generator)
        if resolution > 0 {
            for index in noisy.indices { noisy[index] = (noisy[index] / resolution).rounded() * resolution }
        }
        return noisy
    }

    private func addWander(to samples: inout [Double], samplingRate: Double, using generator: inout SeededGenerator) {
        guard wander > 0 else { return }
        for _ in 0 ..< 3 {
            let turn = 2 * .pi * generator.uniform(in: 0.05 ... 0.5) / samplingRate
            let phase = 2 * .pi * generator.uniform()
            let amplitude = wander * generator.uniform(in: 0.2 ... 1)
            for index in samples.indices { samples[index] += amplitude * sin(turn * Double(index) + phase) }
        }
    }

    private func addPowerline(to samples: inout [Double], samplingRate: Double, using generator: inout SeededGenerator)
    {
        guard powerline > 0 else { return }
        let turn = 2 * .pi * mainsFrequency / samplingRate
        let phase = 2 * .pi * generator.uniform()
        for index in samples.indices { samples[index] += powerline * sin(turn * Double(index) + phase) }
    }

    /// White noise between two one-pole filters, scaled to the asked root mean square.
    private func addMuscle(to samples: inout [Double], samplingRate: Double, using generator: inout SeededGenerator) {
        guard muscle > 0 else { return }
        let fast = 1 - exp(-2 * .pi * 100 / samplingRate)
        let slow = 1 - exp(-2 * .pi * 20 / samplingRate)
        // Variance of the difference of the two filters' responses to unit white noise, summed as geometric series.
        let power = fast / (2 - fast) + slow / (2 - slow) - 2 * fast * slow / (fast + slow - fast * slow)
        let gain = muscle / power.squareRoot()
        var low = 0.0
        var lower = 0.0
        let lead = Int(samplingRate / 20)
        for index in -lead ..< samples.count {
            let white = generator.normal()
            low += fast * (white - low)
            lower += slow * (white - lower)
            if index >= 0 { samples[index] += gain * (low - lower) }
        }
    }

    private func addMotion(to samples: inout [Double], samplingRate: Double, using generator: inout SeededGenerator) {
        guard motion > 0, !samples.isEmpty else { return }
        let start = Double(samples.count) * generator.uniform() / samplingRate
        let decay = generator.uniform(in: 0.2 ... 0.8)
        let size = generator.uniform() < 0.5 ? motion : -motion
        for index in samples.indices {
            let since = Double(index) / samplingRate - start
            // The skin follows within some 30 ms and comes back slowly.
            if since > 0 { samples[index] += size * (1 - exp(-since / 0.03)) * exp(-since / decay) }
        }
    }
}
