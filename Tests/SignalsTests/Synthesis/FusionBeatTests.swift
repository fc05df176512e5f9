import LinearAlgebra
import Testing

@testable import Signals

struct FusionBeatTests {
    private let sinus = BeatMorphology(waves: [
        Wave(.p, center: -0.15, amplitude: 0.15, width: 0.02), Wave(.qrs, center: 0, amplitude: 1, width: 0.01),
    ])
    private let ventricular = BeatMorphology(waves: [
        Wave(.qrs, center: 0.02, amplitude: -2, width: 0.04), Wave(.p, center: 0.2, amplitude: 0.1, width: 0.02),
    ])

    @Test func `half and half is the weighted sum with the sinus P`() {
        let fusion = BeatMorphology.fusion(of: sinus, with: ventricular, share: 0.5, delay: 0)
        // The foreign complex is shortened to 0.65 + 0.35 / 2 of its time.
        let expected = [
            Wave(.p, center: -0.15, amplitude: 0.15, width: 0.02), Wave(.qrs, center: 0, amplitude: 0.5, width: 0.01),
            Wave(.qrs, center: 0.0165, amplitude: -1, width: 0.033),
        ]
        #expect(fusion.waves.count == expected.count)
        for (wave, other) in zip(fusion.waves, expected) {
            #expect(wave.kind == other.kind)
            #expect(abs(wave.center - other.center) < 1e-12)
            #expect(abs(wave.amplitude - other.amplitude) < 1e-12)
            #expect(abs(wave.width - other.width) < 1e-12)
        }
    }

    @Test func `a share of nothing leaves the sinus beat's shape`() {
        let fusion = BeatMorphology.fusion(of: sinus, with: ventricular, share: 0, delay: 0.01)
        for time in stride(from: -0.3, to: 0.3, by: 0.01) { #expect(fusion.value(at: time) == sinus.value(at: time)) }
    }

    @Test func `fused complexes last longer than the sinus beat's and shorter than the ventricular one's`() {
        drawn(200) { generator in
            let sinus = SinusBeat.normal(in: .lateral, meanRR: 0.8, using: &generator).morphology
            let ventricular = BeatMorphology.ventricular(in: .lateral, dissociatedP: nil, using: &generator)
            let fusion = BeatMorphology.fusion(of: sinus, with: ventricular, share: 0.5, delay: 0)
            #expect(fusion.qrsDuration > sinus.qrsDuration)
            #expect(fusion.qrsDuration < ventricular.qrsDuration)
            #expect(fusion.hasP)
        }
    }
}
