import Foundation
import LinearAlgebra

/// The noise of electrodes, muscles, mains and recorder in an ECG.
///
/// - Source: the kinds are those of Moody, Muldrow & Mark's noise stress test, Computers in Cardiology 11 (1984):
///   baseline wander, muscle artefact, electrode motion; with mains and quantization.
public struct RecordingNoise: Sendable, Equatable {
    /// The amplitude of baseline wander (0.05–0.5 Hz) in mV, besides the model's respiration.
    public var wander: Double
    /// The amplitude at the mains frequency in mV.
    public var powerline: Double
    /// The mains frequency in Hz: about 50 or 60.
    public var mainsFrequency: Double
    /// The root mean square of muscle noise (20–100 Hz) in mV.
    public var muscle: Double
    /// The size in mV of an electrode motion artifact that decays within a second; 0 for none.
    public var motion: Double
    /// The resolution of the ADC in mV; 0 for no quantization.
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

    /// Returns noise of random strength: usually low, sometimes high.
    public static func drawn(using generator: inout SeededGenerator) -> RecordingNoise {
        RecordingNoise(
            wander: 0.03 * exp(0.7 * generator.normal()),
            powerline: generator.uniform() < 0.3 ? 0.01 * exp(0.5 * generator.normal()) : 0,
            mainsFrequency: (generator.uniform() < 0.5 ? 50 : 60) + 0.1 * generator.normal(),
            muscle: 0.008 * exp(0.6 * generator.normal()),
            motion: generator.uniform() < 0.1 ? generator.uniform(in: 0.05 ... 0.25) : 0,
            resolution: [0.001, 0.005, 0.01][generator.integer(below: 3)])
    }

    /// Returns the samples with added noise.
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

    /// Adds white noise, band-limited by two one-pole filters, with the given root mean square.
    private func addMuscle(to samples: inout [Double], samplingRate: Double, using generator: inout SeededGenerator) {
        guard muscle > 0 else { return }
        let fast = 1 - exp(-2 * .pi * 100 / samplingRate)
        let slow = 1 - exp(-2 * .pi * 20 / samplingRate)
        // The variance of the difference of both filters' responses to unit white noise, as geometric series.
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
            // The potential rises within about 30 ms and decays slowly.
            if since > 0 { samples[index] += size * (1 - exp(-since / 0.03)) * exp(-since / decay) }
        }
    }
}
