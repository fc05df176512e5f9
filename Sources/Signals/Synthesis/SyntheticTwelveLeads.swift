import Foundation
import LinearAlgebra

/// A patient whose heart is an electrical dipole, seen by twelve leads.
///
/// The dynamical model gives the three components of the dipole. The leads are projections of it.
///
/// - Source: Dower, Machado & Osborne, Clinical Cardiology 3 (1980), 87–95, for the projections on I, II and V1–V6; the
///   other leads follow from I and II. Dipole models: Sameni et al., EURASIP J. Adv. Signal Process. 2007, 43407.
public struct SyntheticTwelveLeads: Sendable, Equatable {
    /// The condition that the recording shows.
    public enum Condition: String, Sendable, CaseIterable {
        case normal
        /// Irregular beats without P waves.
        case atrialFibrillation
        /// Sinus rhythm with ventricular premature beats.
        case ventricularPrematureBeats
        /// Sinus rhythm with Q waves and ST elevation in the inferior or in the anterior leads.
        case infarction
        /// Sinus rhythm with high voltages on the left and discordant T waves.
        case hypertrophy
    }

    public let condition: Condition
    /// Mean RR interval in seconds.
    public let meanRR: Double
    private let sinus: DipoleBeat
    private let ectopic: DipoleBeat
    private let variation: Double
    private let noise: RecordingNoise
    private let breathing: Double

    /// Draws a patient; rate and noise do not depend on the condition, but fibrillation is faster.
    public init(_ condition: Condition, using generator: inout SeededGenerator) {
        self.condition = condition
        meanRR = generator.uniform(in: condition == .atrialFibrillation ? 0.5 ... 0.9 : 0.55 ... 1.15)
        variation = generator.uniform(in: 0.5 ... 1.3)
        noise = RecordingNoise.drawn(using: &generator)
        breathing = generator.uniform(in: 0.2 ... 0.32)
        sinus = DipoleBeat.sinus(condition, meanRR: meanRR, using: &generator)
        ectopic = DipoleBeat.ectopic(using: &generator)
    }

    /// Names in the usual order.
    public static let leadNames = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]

    /// Shares of the dipole's components (left, down, back) in I, II and V1 to V6.
    static let projections: [SIMD3<Double>] = [
        [0.632, -0.235, 0.059], [0.235, 1.066, -0.132], [-0.515, 0.157, -0.917], [0.044, 0.164, -1.387],
        [0.882, 0.098, -1.277], [1.213, 0.127, -0.601], [1.125, 0.127, -0.086], [0.831, 0.076, 0.230],
    ]

    /// Returns a recording of the twelve leads in mV.
    ///
    /// - Parameters:
    ///   - seconds: the duration.
    ///   - samplingRate: Hz.
    public func recording(
        seconds: Double, samplingRate: Double, using generator: inout SeededGenerator
    ) -> Recording {
        let count = Int((seconds * samplingRate).rounded())
        let beats = beats(seconds: seconds, using: &generator)
        // Breathing moves the baseline of all leads by the same rhythm.
        let wander = generator.uniform(in: 0 ... 0.05)
        let components = (0 ..< 3).map { axis in
            let model = DynamicalECG(baselineAmplitude: axis == 1 ? wander : 0, respiratoryFrequency: breathing)
            return model.samples(
                of: BeatSequence(beats.map { .init(rTime: $0.time, morphology: $0.beat.morphology(axis: axis)) }),
                samplingRate: samplingRate, from: 0, count: count)
        }
        let waves = fibrillatoryWaves(count: count, samplingRate: samplingRate, using: &generator)
        var independent = Self.projections.map { projection in
            (0 ..< count).map { index in
                projection.x * components[0][index] + projection.y * components[1][index]
                    + projection.z * (components[2][index] - waves[index])
            }
        }
        for lead in independent.indices {
            independent[lead] = noise.added(to: independent[lead], samplingRate: samplingRate, using: &generator)
        }
        let (one, two) = (independent[0], independent[1])
        func combined(_ first: Double, _ second: Double) -> [Double] { zip(one, two).map { first * $0 + second * $1 } }
        let limb = [one, two, combined(-1, 1), combined(-0.5, -0.5), combined(1, -0.5), combined(-0.5, 1)]
        return Recording(
            samplingRate: samplingRate,
            leads: zip(Self.leadNames, limb + independent[2...]).map { name, samples in
                Recording.Lead(name: name, samples: samples.map(Float.init))
            })
    }

    /// The beats from a second before the recording to a second after it.
    private func beats(seconds: Double, using generator: inout SeededGenerator) -> [(time: Double, beat: DipoleBeat)] {
        let count = Int((seconds + 3) / meanRR * 1.6) + 4
        var intervals = RRTachogram(
            mean: meanRR, standardDeviation: meanRR * 0.03, highFrequency: breathing
        ).intervals(count, using: &generator)
        if condition == .atrialFibrillation {
            intervals = intervals.map { max($0 * exp(0.22 * generator.normal()), 0.32) }
        }
        var times = [-1 - generator.uniform() * meanRR]
        for interval in intervals where times[times.count - 1] < seconds + 1 {
            times.append(times[times.count - 1] + interval)
        }
        var isEctopic = times.map { _ in false }
        if condition == .ventricularPrematureBeats {
            var next = 1 + generator.integer(below: 3)
            while next < times.count - 1 {
                // The sinus node is not reset: the next beat comes when due.
                times[next] = times[next - 1] + (times[next] - times[next - 1]) * generator.uniform(in: 0.6 ... 0.75)
                isEctopic[next] = true
                next += 3 + generator.integer(below: 5)
            }
        }
        return zip(times, isEctopic).map { time, isEctopic in
            (time, (isEctopic ? ectopic : sinus).varied(strength: variation, using: &generator))
        }
    }

    /// Returns the oscillation of fibrillating atria in mV, which is largest in V1.
    private func fibrillatoryWaves(
        count: Int, samplingRate: Double, using generator: inout SeededGenerator
    ) -> [Double] {
        guard condition == .atrialFibrillation else { return [Double](repeating: 0, count: count) }
        let amplitude = generator.uniform(in: 0.02 ... 0.06)
        let rates = (0 ..< 3).map { _ in generator.uniform(in: 4.5 ... 7.5) }
        let phases = (0 ..< 3).map { _ in 2 * .pi * generator.uniform() }
        return (0 ..< count).map { index in
            let time = Double(index) / samplingRate
            return zip(rates, phases).reduce(0) { $0 + amplitude / 2 * sin(2 * .pi * $1.0 * time + $1.1) }
        }
    }
}

/// A beat of the dipole: waves with a direction.
private struct DipoleBeat: Sendable, Equatable {
    struct DirectedWave: Sendable, Equatable {
        var kind: WaveKind
        var center: Double
        var width: Double
        /// mV to the left, down and to the back.
        var vector: SIMD3<Double>
    }

    var waves: [DirectedWave]

    static func sinus(
        _ condition: SyntheticTwelveLeads.Condition, meanRR: Double, using generator: inout SeededGenerator
    ) -> DipoleBeat {
        let height = exp(0.2 * generator.normal())
        // The heart's axis in the frontal plane, from −10° to 80°.
        let axis = generator.uniform(in: -10 ... 80) * .pi / 180
        let length = 1.35 * height
        var septal = SIMD3(-0.12, 0.02, -0.22) * height
        var main = SIMD3(length * cos(axis), length * sin(axis) * 0.85, 0.25)
        var late = SIMD3(-0.15, -0.1, 0.55) * height
        var tWave = SIMD3(0.28 * cos(axis * 0.8), 0.26 * sin(axis * 0.8) + 0.05, -0.12) * height
        var level = SIMD3<Double>.zero
        switch condition {
        case .infarction:
            let size = generator.uniform(in: 0.15 ... 0.3)
            if generator.uniform() < 0.5 {
                // Inferior: the wall below is lost, and its injury points down.
                septal += SIMD3(0, -2.2 * size, 0)
                level = SIMD3(-0.2, 1, 0.3) * size
                tWave += SIMD3(0, 0.8, 0.2) * size
            } else {
                // Anterior: the wall in front is lost, and its injury points to the front.
                septal = SIMD3(-0.02, 0.02, 0.7 * size)
                main.z += size
                level = SIMD3(0.25, 0, -0.8) * size
                tWave += SIMD3(0.1, 0, -0.6) * size
            }
        case .hypertrophy:
            let growth = generator.uniform(in: 1.6 ... 2.1)
            main *= SIMD3(growth, 0.8 * growth, 1.4)
            late.z *= 1.5
            tWave = SIMD3(-0.25, -0.02, -0.2) * growth
        default: break
        }
        let qt = 0.39 * meanRR.squareRoot()
        let peak = qt - 0.13
        var waves = [
            DirectedWave(kind: .qrs, center: -0.026, width: 0.009, vector: septal),
            DirectedWave(kind: .qrs, center: 0, width: generator.uniform(in: 0.010 ... 0.013), vector: main),
            DirectedWave(kind: .qrs, center: 0.028, width: 0.011, vector: late),
            DirectedWave(kind: .t, center: peak - 0.03, width: 0.055, vector: tWave * 0.5),
            DirectedWave(kind: .t, center: peak, width: 0.034, vector: tWave * 0.65),
        ]
        if level != .zero {
            waves.append(DirectedWave(kind: .st, center: 0.12, width: 0.05, vector: level))
        }
        if condition != .atrialFibrillation {
            let pr = generator.uniform(in: 0.13 ... 0.18)
            waves.append(
                DirectedWave(
                    kind: .p, center: -pr + 0.015, width: generator.uniform(in: 0.018 ... 0.024),
                    vector: SIMD3(0.06, 0.12, -0.02) * generator.uniform(in: 0.7 ... 1.4)))
        }
        return DipoleBeat(waves: waves)
    }

    /// Returns a beat from a ventricle: wide, with its T wave in the opposite direction.
    static func ectopic(using generator: inout SeededGenerator) -> DipoleBeat {
        let angle = 2 * .pi * generator.uniform()
        let direction = SIMD3(cos(angle), sin(angle), generator.uniform(in: -0.8 ... 0.8))
        let size = generator.uniform(in: 1.1 ... 1.8)
        return DipoleBeat(waves: [
            DirectedWave(kind: .qrs, center: -0.01, width: 0.026, vector: direction * size),
            DirectedWave(kind: .qrs, center: 0.045, width: 0.024, vector: direction * SIMD3(0.6, 0.3, -0.4) * size),
            DirectedWave(kind: .t, center: 0.29, width: 0.06, vector: direction * -0.4 * size),
        ])
    }

    func varied(strength: Double, using generator: inout SeededGenerator) -> DipoleBeat {
        let axis = exp(0.04 * strength * generator.normal())
        return DipoleBeat(
            waves: waves.map { wave in
                var wave = wave
                wave.vector *= exp(0.04 * strength * generator.normal()) * (wave.kind == .p ? 1 : axis)
                wave.center += (wave.kind == .qrs ? 0.0005 : 0.002) * strength * generator.normal()
                return wave
            })
    }

    /// The waves of one component, in the form of the dynamical model.
    func morphology(axis: Int) -> BeatMorphology {
        BeatMorphology(
            waves: waves.map { Wave($0.kind, center: $0.center, amplitude: $0.vector[axis], width: $0.width) })
    }
}
