import LinearAlgebra
import Testing

@testable import Signals

struct SyntheticPatientTests {
    @Test func `everything but the shape is drawn without looking at the class`() {
        for seed in 0 ..< 50 as Range<UInt64> {
            let patients = BeatClass.allCases.map { beatClass in
                var generator = SeededGenerator(seed: seed)
                return SyntheticPatient(of: beatClass, using: &generator)
            }
            for patient in patients {
                #expect(patient.view == patients[0].view)
                #expect(patient.tachogram == patients[0].tachogram)
                #expect(patient.model == patients[0].model)
                #expect(patient.noise == patients[0].noise)
                #expect(patient.samplingRate == patients[0].samplingRate)
                #expect(patient.variation == patients[0].variation)
            }
        }
    }

    @Test func `the beat of interest is the sinus beat where the sinus node made it`() {
        drawn(60) { generator in
            let beatClass = BeatClass.allCases[generator.integer(below: 6)]
            let patient = SyntheticPatient(of: beatClass, using: &generator)
            let isSinus = [.normal, .infarction, .hypertrophy].contains(beatClass)
            #expect((patient.beat == patient.sinusBeat) == isSinus)
            #expect(patient.coupling * patient.tachogram.mean >= 0.4 - 1e-12)
        }
    }
}
