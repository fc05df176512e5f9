import LinearAlgebra
import Testing

@testable import Signals

struct SupraventricularBeatTests {
    @Test func `the P wave is another one or gone and the complex stays narrow`() {
        var hidden = 0
        var inverted = 0
        drawn(400) { generator in
            let sinus = SinusBeat.normal(in: .lateral, meanRR: 0.8, using: &generator)
            var beat = sinus
            beat.startElsewhere(using: &generator)
            #expect(beat.pAmplitude != sinus.pAmplitude)
            // Aberrant ones reach at most 1.3 times the sinus beat's.
            #expect(beat.morphology.qrsDuration <= 1.31 * sinus.morphology.qrsDuration)
            #expect(beat.prInterval >= 0.07)
            if beat.pAmplitude == 0 { hidden += 1 }
            if beat.pAmplitude < 0 { inverted += 1 }
        }
        // A fifth and half of 400, within five standard deviations.
        #expect((40 ... 120).contains(hidden))
        #expect((150 ... 250).contains(inverted))
    }
}
