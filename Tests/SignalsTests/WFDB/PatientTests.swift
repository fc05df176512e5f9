import TestSupport
import Testing

@testable import Signals

@Suite struct PatientTests {
    @Test func `comments of the challenges are read`() {
        let comments = ["Age: 73", "Sex: Female", "Dx: 164890007,429622005", "Rx: Unknown", "Hx: Unknown"]
        #expect(Patient(comments: comments) == Patient(age: 73, sex: .female, diagnoses: ["164890007", "429622005"]))
        #expect(Patient(comments: ["Age: NaN", "Sex: Unknown", "Dx: Unknown"]) == Patient())
        #expect(Patient(comments: ["Age: 300", "Sex: Male", "Labels: STTC, HYP"]).diagnoses == ["STTC", "HYP"])
        #expect(Patient(comments: ["Age: 300"]).age == nil)
    }

    @Test func `comments of LUDB are read`() {
        let comments = [
            "<age>: 51", "<sex>: F", "<diagnoses>:", "Rhythm: Sinus bradycardia.",
            "Electric axis of the heart: left axis deviation. ",
        ]
        let expected = Patient(
            age: 51, sex: .female,
            diagnoses: ["Rhythm: Sinus bradycardia", "Electric axis of the heart: left axis deviation"])
        #expect(Patient(comments: comments) == expected)
        #expect(Patient(comments: ["<age>: 51  <sex>: F  <diagnoses>: ", comments[3], comments[4]]) == expected)
    }

    @Test func `comments of MIT-BIH are read`() {
        let comments = ["69 M 1085 1629 x1", "Aldomet, Inderal", "The PVCs are uniform."]
        #expect(Patient(comments: comments) == Patient(age: 69, sex: .male))
        #expect(Patient(comments: ["-1 F 1085 1629 x1"]) == Patient(sex: .female))
        #expect(Patient(comments: ["12 months"]) == Patient())
    }

    @Test func `its own comments are read back`() {
        let patient = Patient(age: 0.5, sex: .male, diagnoses: ["426783006", "AF"])
        #expect(Patient(comments: patient.comments) == patient)
        #expect(Patient().comments == [])
    }

    @Test(
        .enabled(if: SharedMaterial.isPresent, SharedMaterial.absence),
        arguments: [
            ("mitdb-ds1/101", Patient(age: 75, sex: .female)),
            ("chapman/JS00005", Patient(age: 73, sex: .female, diagnoses: ["164890007", "429622005", "428750005"])),
            ("cinc2024-pages/00841_hr", Patient(age: 73, sex: .female, diagnoses: ["STTC", "HYP", "PVC"])),
            ("svdb/802", Patient()),
        ])
    func `real headers have the patient's data`(_ name: String, _ patient: Patient) throws {
        let header = try WFDBHeader(contentsOf: SharedMaterial.path("data/\(name).hea"))
        #expect(Patient(comments: header.comments) == patient)
    }
}
