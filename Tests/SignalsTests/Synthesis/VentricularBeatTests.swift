import LinearAlgebra
import Testing

@testable import Signals

struct VentricularBeatTests {
    @Test(arguments: LeadView.allCases)
    func `ventricular beats are wide and discordant and have no P wave before them`(view: LeadView) {
        var upright = 0
        drawn(300) { generator in
            let beat = BeatMorphology.ventricular(in: view, dissociatedP: nil, using: &generator)
            #expect(beat.qrsDuration >= 0.12)
            #expect(beat.qrsDuration <= 0.2)
            #expect(!beat.waves.contains { $0.kind == .p && $0.center < 0.1 })
            let main = beat.waves.filter { $0.kind == .qrs }.max { abs($0.amplitude) < abs($1.amplitude) }!
            let t = beat.waves.first { $0.kind == .t }!
            #expect(main.amplitude * t.amplitude < 0)
            if main.amplitude > 0 { upright += 1 }
        }
        #expect((75 ... 225).contains(upright))
    }

    @Test func `a dissociated P wave stands where the sinus node puts it`() {
        var generator = SeededGenerator(seed: 5)
        let beat = BeatMorphology.ventricular(in: .lateral, dissociatedP: 0.17, using: &generator)
        #expect(beat.waves.filter { $0.kind == .p }.map(\.center) == [0.17])
    }
}
