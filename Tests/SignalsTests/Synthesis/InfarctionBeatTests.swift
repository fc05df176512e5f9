import LinearAlgebra
import Testing

@testable import Signals

struct InfarctionBeatTests {
    private func beat(
        _ infarction: SinusBeat.Infarction, _ view: LeadView, _ generator: inout SeededGenerator
    ) -> SinusBeat {
        var beat = SinusBeat.normal(in: view, meanRR: 0.85, using: &generator)
        beat.infarct(infarction, in: view, using: &generator)
        return beat
    }

    @Test(arguments: LeadView.allCases)
    func `an acute infarction lifts ST over the criterion`(view: LeadView) {
        drawn(200) { generator in
            let level = repolarisation(of: beat(.acute, view, &generator)).st
            #expect(level >= (view == .septal ? 0.2 : 0.1))
        }
    }

    @Test(arguments: [SinusBeat.Infarction.evolving, .old])
    func `after days there is a pathological Q or QS`(infarction: SinusBeat.Infarction) {
        drawn(200) { generator in
            let lateral = beat(infarction, .lateral, &generator)
            #expect(lateral.q.duration >= 0.03)
            #expect(lateral.q.amplitude <= -0.1)
            #expect(-lateral.q.amplitude >= 0.25 * lateral.r.amplitude)
            let septal = beat(infarction, .septal, &generator)
            #expect(septal.morphology.waves.filter { $0.kind == .qrs }.allSatisfy { $0.amplitude <= 0 })
        }
    }

    @Test(arguments: LeadView.allCases)
    func `an evolving infarction turns T over`(view: LeadView) {
        drawn(200) { generator in
            #expect(beat(.evolving, view, &generator).tAmplitude <= -0.15)
        }
    }

    @Test(arguments: LeadView.allCases)
    func `without ST elevation ST is depressed and T negative`(view: LeadView) {
        drawn(200) { generator in
            let (st, t) = repolarisation(of: beat(.subendocardial, view, &generator))
            #expect(st <= -0.05)
            #expect(t < 0)
        }
    }

    @Test func `a posterior infarction makes R tall and T upright over the septum`() {
        drawn(200) { generator in
            let beat = beat(.opposite, .septal, &generator)
            #expect(beat.r.amplitude >= 0.24)
            #expect(beat.stLevel <= -0.1)
            #expect(beat.tAmplitude >= 0.25)
        }
    }
}
