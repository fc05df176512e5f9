import LinearAlgebra
import Testing

@testable import Signals

struct HypertrophyBeatTests {
    private func beat(
        _ hypertrophy: SinusBeat.Hypertrophy, _ view: LeadView, _ generator: inout SeededGenerator
    ) -> SinusBeat {
        var beat = SinusBeat.normal(in: view, meanRR: 0.85, using: &generator)
        beat.thicken(hypertrophy, in: view, using: &generator)
        return beat
    }

    @Test func `a thick left ventricle has high voltages, a wide P and mostly strain`() {
        var strained = 0
        drawn(300) { generator in
            let lateral = beat(.left, .lateral, &generator)
            #expect(lateral.r.amplitude >= 1.9)
            #expect(lateral.pDuration >= 0.11)
            #expect(lateral.morphology.qrsDuration < 0.13)
            if lateral.tAmplitude < 0, lateral.stLevel < 0 {
                strained += 1
                // Slow down, fast back.
                #expect(lateral.tRise > 0.6)
            }
            #expect(beat(.left, .septal, &generator).s.amplitude <= -1.8)
        }
        // Nine in ten of 300, within five standard deviations.
        #expect((244 ... 296).contains(strained))
    }

    @Test func `a thick right ventricle has R over S septally and S over R laterally`() {
        drawn(300) { generator in
            let septal = beat(.right, .septal, &generator)
            #expect(septal.r.amplitude >= 0.7)
            #expect(septal.r.amplitude > -septal.s.amplitude)
            let lateral = beat(.right, .lateral, &generator)
            #expect(-lateral.s.amplitude >= lateral.r.amplitude)
            #expect(lateral.pAmplitude >= 0.18)
        }
    }
}
