import Foundation
import LinearAlgebra
import Testing

@testable import Signals

struct BeatMorphologyTests {
    private let shape = BeatMorphology(waves: [
        Wave(.p, center: -0.15, amplitude: 0.1, width: 0.02), Wave(.qrs, center: 0, amplitude: 1, width: 0.01),
        Wave(.t, center: 0.3, amplitude: 0.3, width: 0.05),
    ])

    @Test func `a wave has its amplitude at its center and 61 % of it one width away`() {
        #expect(abs(shape.value(at: 0) - 1) < 1e-6)
        #expect(abs(shape.value(at: 0.01) - exp(-0.5)) < 1e-6)
    }

    @Test func `the QRS duration is what a reader sees and leaves out what the line hides`() {
        #expect(abs(shape.qrsDuration - 0.044) < 1e-12)
        var withTrifle = shape
        withTrifle.waves.append(Wave(.qrs, center: 0.1, amplitude: 0.01, width: 0.01))
        #expect(withTrifle.qrsDuration == shape.qrsDuration)
        #expect(BeatMorphology(waves: []).qrsDuration == 0)
    }

    @Test func `beats vary a little and not at all when variation is off`() {
        var generator = SeededGenerator(seed: 3)
        #expect(shape.varied(strength: 0, using: &generator) == shape)
        for _ in 0 ..< 100 {
            let other = shape.varied(strength: 1, using: &generator)
            #expect(other != shape)
            for (wave, original) in zip(other.waves, shape.waves) {
                #expect(abs(log(wave.amplitude / original.amplitude)) < 0.35)
                #expect(abs(wave.center - original.center) < 0.02)
            }
        }
    }
}
