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
            let distance = (time - wave.center) / wave.width
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
                wave.center += (wave.kind == .qrs ? 0.001 : 0.003) * strength * generator.normal()
                return wave
            })
    }
}

/// The part of a beat that a wave belongs to.
public enum WaveKind: Sendable, Equatable, CaseIterable {
    /// Depolarisation of the atria.
    case p
    /// Depolarisation of the ventricles: any deflection of the QRS complex.
    case qrs
    /// The level between the QRS complex and the T wave.
    case st
    /// Repolarisation of the ventricles.
    case t
}

/// One Gaussian deflection of a beat, the unit that the dynamical model is built of.
///
/// McSharry's (θ, a, b) are angles and depend on the heart rate; here a wave is given in seconds and millivolts, and
/// `DynamicalECG` makes the angles of it, so that a QRS complex keeps its duration when the RR interval changes.
public struct Wave: Sendable, Equatable {
    public var kind: WaveKind
    /// Seconds after the beat's R time; negative before it.
    public var center: Double
    /// mV at the center.
    public var amplitude: Double
    /// Standard deviation of the Gaussian in seconds.
    public var width: Double

    /// - Precondition: `width > 0`.
    public init(_ kind: WaveKind, center: Double, amplitude: Double, width: Double) {
        precondition(width > 0, "a wave that is \(width) s wide")
        self.kind = kind
        self.center = center
        self.amplitude = amplitude
        self.width = width
    }

    /// The distance from its center, in widths, up to which a wave is visible: 9 % of its height is left.
    ///
    /// A wave's duration on paper is twice this; readers place onset and end where the trace leaves the baseline.
    public static let visibleReach = 2.2

    /// Seconds after the R time at which a reader sees it begin.
    public var onset: Double { center - Wave.visibleReach * width }

    /// Seconds after the R time at which a reader sees it end.
    public var end: Double { center + Wave.visibleReach * width }
}

/// The condition that a synthetic beat shows.
public enum BeatClass: String, Sendable, CaseIterable {
    /// A sinus beat of a heart without findings.
    case normal
    /// A premature beat from the atria or the AV junction.
    case supraventricular
    /// A premature beat from a ventricle.
    case ventricular
    /// A sinus beat of a heart with a recent or old myocardial infarction.
    case infarction
    /// A sinus beat of a heart with a thickened ventricle.
    case hypertrophy
    /// A beat in which a sinus and a ventricular wavefront meet.
    case fusion
}

/// The direction of a lead, as far as it changes the shapes.
public enum LeadView: Sendable, CaseIterable {
    /// Leads such as II, I, V5, V6: the normal QRS complex is mainly upright.
    case lateral
    /// Leads such as V1 and V2: the normal QRS complex is mainly downward (rS).
    case septal
}
