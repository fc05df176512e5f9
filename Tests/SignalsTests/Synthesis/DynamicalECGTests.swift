import Foundation
import LinearAlgebra
import Testing

@testable import Signals

struct DynamicalECGTests {
    private let beat = BeatMorphology(waves: [
        Wave(.p, center: -0.16, amplitude: 0.15, width: 0.02), Wave(.qrs, center: -0.03, amplitude: -0.1, width: 0.006),
        Wave(.qrs, center: 0, amplitude: 1.2, width: 0.010), Wave(.qrs, center: 0.03, amplitude: -0.25, width: 0.008),
        Wave(.t, center: 0.28, amplitude: 0.35, width: 0.05),
    ])

    @Test func `the integrated equations agree with the solution of the linear z equation`() {
        let sequence = BeatSequence(beat, intervals: [0.8, 0.8, 0.5, 1.1, 0.8])
        let model = DynamicalECG(baselineAmplitude: 0.15, respiratoryFrequency: 0.25)
        let rate = 250.0
        let samples = model.samples(of: sequence, samplingRate: rate, from: -0.3, count: 1000)
        var worst = 0.0
        for (index, sample) in samples.enumerated() {
            let time = -0.3 + Double(index) / rate
            worst = max(worst, abs(sample - closedForm(of: sequence, model: model, from: -0.3, at: time)))
        }
        // 2e-6 mV is what steps of 2 ms over a Q wave 6 ms wide cost, a hundredth of what a recorder resolves.
        #expect(worst < 1e-5)
    }

    @Test func `ten times finer steps change nothing that can be drawn`() {
        let sequence = BeatSequence(beat, intervals: [0.7, 0.9])
        let coarse = DynamicalECG().samples(of: sequence, samplingRate: 500, from: -0.2, count: 500)
        let fine = DynamicalECG().samples(of: sequence, samplingRate: 5000, from: -0.2, count: 5000)
        for (index, sample) in coarse.enumerated() { #expect(abs(sample - fine[10 * index]) < 1e-5) }
    }

    @Test func `R peaks stand at the beats' R times whatever the intervals`() {
        let sequence = BeatSequence(beat, intervals: [0.9, 0.55, 1.2, 0.8])
        let samples = DynamicalECG(baselineAmplitude: 0).samples(
            of: sequence, samplingRate: 1000, from: -0.5, count: 4500)
        let peaks = (1 ..< samples.count - 1).filter {
            samples[$0] > 0.8 && samples[$0] >= samples[$0 - 1] && samples[$0] > samples[$0 + 1]
        }
        #expect(peaks.count == 5)
        for (peak, beat) in zip(peaks, sequence.beats) {
            #expect(abs(Double(peak) / 1000 - 0.5 - beat.rTime) <= 0.0015)
        }
    }

    @Test func `a wave is as high as was asked at every rate`() {
        let lone = BeatMorphology(waves: [Wave(.qrs, center: 0, amplitude: 1, width: 0.01)])
        for interval in [0.4, 0.8, 1.6] {
            let sequence = BeatSequence(lone, intervals: [interval, interval])
            let samples = DynamicalECG(baselineAmplitude: 0).samples(
                of: sequence, samplingRate: 1000, from: -0.1, count: 200)
            // The pull to the baseline takes ∫ exp(−t²/2s²) dt = s √(π/2) by the peak: 1.25 % of a mV.
            #expect(abs(samples[100] - (1 - 0.01 * (Double.pi / 2).squareRoot())) < 1e-3)
        }
    }

    @Test func `a T wave that outlasts its interval reaches into the next one`() {
        let late = BeatMorphology(waves: [Wave(.t, center: 0.6, amplitude: 0.5, width: 0.03)])
        let sequence = BeatSequence([
            BeatSequence.Beat(rTime: 0, morphology: late),
            BeatSequence.Beat(rTime: 0.4, morphology: BeatMorphology(waves: [])),
            BeatSequence.Beat(rTime: 1.4, morphology: BeatMorphology(waves: [])),
        ])
        let samples = DynamicalECG(baselineAmplitude: 0).samples(
            of: sequence, samplingRate: 500, from: 0, count: 700)
        let peak = samples.indices.max { samples[$0] < samples[$1] }!
        #expect(abs(Double(peak) / 500 - 0.6) < 0.006)
    }

    @Test func `breathing alone draws its own sine, damped by the baseline's inertia`() {
        let silent = BeatSequence(BeatMorphology(waves: []), intervals: [1, 1])
        let model = DynamicalECG(baselineAmplitude: 0.2, respiratoryFrequency: 0.3)
        let samples = model.samples(of: silent, samplingRate: 100, from: 0, count: 3000)
        // A first-order system of rate 1/s answers a sine with amplitude A / √(1 + ω²) once it has settled.
        let omega = 2 * Double.pi * 0.3
        let settled = samples.dropFirst(2000)
        #expect(abs(settled.max()! - 0.2 / (1 + omega * omega).squareRoot()) < 1e-4)
    }

    /// z(t) = Σ over waves of h [g(t) − e^{−(t−t₀)} g(t₀) − ∫ e^{−(t−s)} g(s) ds], plus the answer to z₀: with θ on the
    /// limit cycle the z equation is linear, and the integrals are error functions.
    private func closedForm(of sequence: BeatSequence, model: DynamicalECG, from start: Double, at time: Double)
        -> Double
    {
        var sum = 0.0
        for beat in sequence.beats {
            for wave in beat.morphology.waves {
                let center = beat.rTime + wave.center
                let width = wave.width
                func gaussian(_ t: Double) -> Double { exp(-(t - center) * (t - center) / (2 * width * width)) }
                func primitive(_ t: Double) -> Double { erf((t - center - width * width) / (width * 2.0.squareRoot())) }
                let memory =
                    width * (Double.pi / 2).squareRoot() * exp(-(time - center) + width * width / 2)
                    * (primitive(time) - primitive(start))
                sum += wave.amplitude * (gaussian(time) - exp(start - time) * gaussian(start) - memory)
            }
        }
        let omega = 2 * Double.pi * model.respiratoryFrequency
        func settled(_ t: Double) -> Double { (sin(omega * t) - omega * cos(omega * t)) / (1 + omega * omega) }
        return sum + model.baselineAmplitude * (settled(time) - exp(start - time) * settled(start))
    }
}
