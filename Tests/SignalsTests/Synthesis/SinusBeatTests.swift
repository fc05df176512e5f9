import LinearAlgebra
import Testing

@testable import Signals

/// Draws many beats and looks at each: what is true of a class must be true of every example.
func drawn(_ count: Int, _ body: (inout SeededGenerator) -> Void) {
    for index in 0 ..< count {
        var generator = SeededGenerator(seed: 11, purpose: "beats", index: index)
        body(&generator)
    }
}

/// Height of the trace at the T wave's peak, and of the ST segment 60 ms behind the J point, in mV.
func repolarisation(of beat: SinusBeat) -> (st: Double, t: Double) {
    let shape = beat.morphology
    let peak = beat.qrsOnset + beat.qtInterval - (1 - beat.tRise) * beat.tDuration
    return (shape.value(at: beat.qrsEnd + 0.06), shape.value(at: peak))
}

struct SinusBeatTests {
    private func beat(_ view: LeadView, _ generator: inout SeededGenerator) -> SinusBeat {
        let meanRR = generator.uniform(in: 0.64 ... 1.05)
        return .normal(in: view, meanRR: meanRR, using: &generator)
    }

    @Test func `normal beats keep to the normal limits`() {
        drawn(300) { generator in
            let beat = beat(generator.uniform() < 0.5 ? .lateral : .septal, &generator)
            let shape = beat.morphology
            #expect(shape.qrsDuration < 0.12)
            #expect(shape.qrsDuration > 0.04)
            #expect((0.12 ... 0.2).contains(beat.prInterval))
            #expect(beat.pDuration < 0.12)
            #expect(abs(beat.pAmplitude) < 0.25)
        }
    }

    @Test func `the complex is upright laterally and downward septally`() {
        drawn(200) { generator in
            let lateral = beat(.lateral, &generator)
            #expect(lateral.r.amplitude > abs(lateral.s.amplitude))
            let septal = beat(.septal, &generator)
            #expect(abs(septal.s.amplitude) > septal.r.amplitude)
        }
    }

    @Test func `the waves stand where the intervals put them`() {
        var generator = SeededGenerator(seed: 1)
        var beat = SinusBeat.normal(in: .lateral, meanRR: 1, using: &generator)
        beat.pDuration = 0.1
        beat.prInterval = 0.16
        beat.q = .init(amplitude: -0.1, duration: 0.02)
        beat.r = .init(amplitude: 1, duration: 0.04)
        beat.s = .init(amplitude: -0.2, duration: 0.03)
        // Q begins 0.02 + 0.7 · 0.02 before R; P's middle is 0.16 − 0.05 before that.
        #expect(abs(beat.qrsOnset + 0.034) < 1e-12)
        #expect(abs(beat.qrsEnd - 0.041) < 1e-12)
        let waves = beat.morphology.waves
        #expect(abs(waves.first { $0.kind == .p }!.center + 0.144) < 1e-12)
        #expect(abs(beat.morphology.qrsDuration - 0.075) < 1e-12)
        #expect(abs(waves.filter { $0.kind == .qrs }.map(\.onset).min()! - beat.qrsOnset) < 1e-12)
    }

    @Test func `a raised ST segment is level and runs into T without a dip`() {
        var generator = SeededGenerator(seed: 2)
        var beat = SinusBeat.normal(in: .lateral, meanRR: 0.9, using: &generator)
        beat.stLevel = 0.3
        beat.tAmplitude = 0.5
        let shape = beat.morphology
        let peak = beat.qrsOnset + beat.qtInterval - (1 - beat.tRise) * beat.tDuration
        let from = beat.qrsEnd + 0.05
        let levels = stride(from: from, to: peak, by: 0.005).map { shape.value(at: $0) }
        #expect(levels.allSatisfy { $0 > 0.8 * 0.3 })
        #expect(levels[0] < 1.15 * 0.3)
    }
}
