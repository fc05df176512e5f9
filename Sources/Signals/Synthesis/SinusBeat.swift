import Foundation
import LinearAlgebra

/// A sinus beat by its intervals and amplitudes, before findings are added.
///
/// Amplitudes are in mV, times in seconds. Normal limits: PR 0.12–0.20 s, QRS below 0.12 s,
/// P below 0.12 s and 0.25 mV.
///
/// - Source: Rautaharju et al. and Surawicz et al., AHA/ACCF/HRS Recommendations for the Standardization and
///   Interpretation of the Electrocardiogram, parts III and IV, Circulation 119 (2009); Goldberger, Clinical
///   Electrocardiography.
struct SinusBeat {
    struct Deflection {
        var amplitude: Double
        /// The time from the visible beginning to the visible end.
        var duration: Double
    }

    var pAmplitude: Double
    var pDuration: Double
    /// 0 for a single peak, 1 for two of equal height, as with a large left atrium.
    var pNotch: Double
    /// The time from the beginning of P to the beginning of QRS.
    var prInterval: Double
    var q: Deflection
    var r: Deflection
    var s: Deflection
    /// The level of the ST segment relative to the baseline.
    var stLevel: Double
    var tAmplitude: Double
    /// The time from the beginning of QRS to the end of T.
    var qtInterval: Double
    var tDuration: Double
    /// The share of the T wave before its peak: 0.5 is symmetric; a normal T wave rises slowly and has more.
    var tRise: Double

    /// Returns a normal beat in the leads of `view`.
    static func normal(in view: LeadView, meanRR: Double, using generator: inout SeededGenerator) -> SinusBeat {
        var beat = SinusBeat(
            pAmplitude: generator.uniform(in: 0.06 ... 0.22), pDuration: generator.uniform(in: 0.075 ... 0.11),
            pNotch: 0,
            prInterval: generator.uniform(in: 0.125 ... 0.20),
            q: Deflection(
                amplitude: -generator.uniform(in: 0 ... 0.12), duration: generator.uniform(in: 0.016 ... 0.028)),
            r: Deflection(
                amplitude: generator.uniform(in: 0.6 ... 1.6), duration: generator.uniform(in: 0.036 ... 0.054)),
            s: Deflection(
                amplitude: -generator.uniform(in: 0.02 ... 0.35), duration: generator.uniform(in: 0.026 ... 0.044)),
            stLevel: generator.uniform(in: -0.03 ... 0.06), tAmplitude: generator.uniform(in: 0.12 ... 0.42),
            // Bazett: QT = QTc √RR.
            qtInterval: generator.uniform(in: 0.37 ... 0.43) * meanRR.squareRoot(),
            tDuration: generator.uniform(in: 0.15 ... 0.21), tRise: generator.uniform(in: 0.54 ... 0.66))
        if view == .septal {
            beat.pAmplitude = generator.uniform(in: -0.04 ... 0.12)
            beat.q.amplitude = 0
            beat.r.amplitude = generator.uniform(in: 0.12 ... 0.45)
            beat.r.duration = generator.uniform(in: 0.028 ... 0.04)
            beat.s.amplitude = -generator.uniform(in: 0.6 ... 1.5)
            beat.s.duration = generator.uniform(in: 0.036 ... 0.052)
            beat.stLevel = generator.uniform(in: -0.02 ... 0.08)
            beat.tAmplitude = generator.uniform(in: 0.02 ... 0.4)
        }
        return beat
    }

    /// The beat's waves; time 0 is the peak of R.
    var morphology: BeatMorphology {
        BeatMorphology(waves: atrial + ventricular)
    }

    /// Beginning of the QRS complex, seconds after the peak of R.
    var qrsOnset: Double {
        -r.duration / 2 - (q.amplitude == 0 ? 0 : 0.7 * q.duration)
    }

    /// End of the QRS complex (the J point), seconds after the peak of R.
    var qrsEnd: Double {
        r.duration / 2 + (s.amplitude == 0 ? 0 : 0.7 * s.duration)
    }

    private var atrial: [Wave] {
        guard pAmplitude != 0 else { return [] }
        let center = qrsOnset - prInterval + pDuration / 2
        let width = pDuration / (2 * Wave.visibleReach)
        guard pNotch > 0 else { return [Wave(.p, center: center, amplitude: pAmplitude, width: width)] }
        // Two peaks 40–50 ms apart: the right atrium, then the left one.
        return [
            Wave(.p, center: center - 0.022, amplitude: pAmplitude, width: 0.6 * width),
            Wave(.p, center: center + 0.022, amplitude: pAmplitude * (0.4 + 0.6 * pNotch), width: 0.7 * width),
        ]
    }

    private var ventricular: [Wave] {
        let reach = 2 * Wave.visibleReach
        var waves = [Wave(.qrs, center: 0, amplitude: r.amplitude, width: r.duration / reach)]
        if q.amplitude != 0 {
            waves.append(
                Wave(
                    .qrs, center: qrsOnset + q.duration / 2, amplitude: q.amplitude, width: q.duration / reach))
        }
        if s.amplitude != 0 {
            waves.append(
                Wave(.qrs, center: qrsEnd - s.duration / 2, amplitude: s.amplitude, width: s.duration / reach))
        }
        // T is two Gaussians around its peak, the one before it wider.
        let end = qrsOnset + qtInterval
        let peak = end - (1 - tRise) * tDuration
        let rise = tRise * tDuration / Wave.visibleReach
        let fall = (1 - tRise) * tDuration / Wave.visibleReach
        waves.append(Wave(.t, center: peak - 0.45 * rise, amplitude: 0.55 * tAmplitude, width: 0.85 * rise))
        waves.append(Wave(.t, center: peak + 0.25 * fall, amplitude: 0.6 * tAmplitude, width: 0.85 * fall))
        return waves + segment(until: peak - 1.6 * rise)
    }

    /// Returns the ST segment as equal Gaussians that are close enough for a level sum. It begins at the J point and
    /// falls at `end` while T rises, so that there is no dip between a raised segment and T.
    private func segment(until end: Double) -> [Wave] {
        guard stLevel != 0 else { return [] }
        let width = 0.026
        let from = qrsEnd + 0.018
        let steps = max(1, Int(((end - from) / (1.6 * width)).rounded()))
        let spacing = max((end - from) / Double(steps), width)
        // Gaussians of height 1 at such a spacing sum to √(2π) width / spacing.
        let height = stLevel * spacing / (width * (2 * Double.pi).squareRoot())
        return (0 ... steps).map { step in
            Wave(.st, center: from + Double(step) * spacing, amplitude: height, width: width)
        }
    }
}
