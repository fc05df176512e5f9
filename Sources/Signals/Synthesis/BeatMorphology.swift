import Foundation
import LinearAlgebra

/// The shape of one beat: its waves around the R time.
public struct BeatMorphology: Sendable, Equatable {
    public var waves: [Wave]

    public init(waves: [Wave]) {
        self.waves = waves
    }

    /// mV at `time` seconds after the R time: the plain sum of the waves, without the model's dynamics.
    public func value(at time: Double) -> Double {
        waves.reduce(0) { sum, wave in
            let distance = (time - wave.centre) / wave.width
            return sum + wave.amplitude * exp(-distance * distance / 2)
        }
    }

    /// Seconds from the first to the last visible deflection of the QRS complex; 0 without one.
    public var qrsDuration: Double {
        let complex = waves.filter { $0.kind == .qrs && abs($0.amplitude) >= BeatMorphology.visibleAmplitude }
        guard let onset = complex.map(\.onset).min(), let end = complex.map(\.end).max() else { return 0 }
        return end - onset
    }

    /// Whether a P wave can be seen.
    public var hasP: Bool {
        waves.contains { $0.kind == .p && abs($0.amplitude) >= BeatMorphology.visibleAmplitude }
    }

    /// mV below which a deflection is lost in the line: a fifth of a small square.
    static let visibleAmplitude = 0.02

    /// The same beat as it comes the next time: amplitudes, widths and places differ by a little.
    ///
    /// - Parameter strength: 1 is the usual few per cent; a wave's place moves by about 2 ms.
    public func varied(strength: Double, using generator: inout SeededGenerator) -> BeatMorphology {
        // Breathing turns the heart's axis, which scales all of the ventricles' waves together.
        let axis = exp(0.04 * strength * generator.normal())
        return BeatMorphology(
            waves: waves.map { wave in
                var wave = wave
                wave.amplitude *= exp(0.05 * strength * generator.normal()) * (wave.kind == .p ? 1 : axis)
                wave.width *= exp(0.03 * strength * generator.normal())
                wave.centre += (wave.kind == .qrs ? 0.001 : 0.003) * strength * generator.normal()
                return wave
            })
    }
}
