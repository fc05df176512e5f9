import Signals
import TestSupport
import Testing

@testable import Interpretation

@Suite struct InfarctionRulesTests {
    private func walls(_ leads: [MadeRecording.Lead], stLevel: Double = 0, _ patient: Patient = Patient())
        -> [OriginFinding]
    {
        var made = MadeRecording()
        made.noise = 0.003
        made.leads = leads
        made.stLevel = stLevel
        return Interpretation(of: made.recording, patient: patient).origin.filter { $0.code == .infarction }
    }

    @Test func `negative complexes in the inferior leads are a scar of that wall`() throws {
        let found = walls([
            .init(name: "I"), .init(name: "II", qrs: -0.5), .init(name: "III", qrs: -0.8),
            .init(name: "aVF", qrs: -0.7),
            .init(name: "V1", qrs: -0.5), .init(name: "V2", qrs: 0.5), .init(name: "V5"), .init(name: "V6"),
        ])
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { !$0.isUrgent })
    }

    @Test func `a normal recording has no infarction`() {
        let found = walls([
            .init(name: "I", qrs: 0.7), .init(name: "II"), .init(name: "III", qrs: 0.3), .init(name: "aVF", qrs: 0.6),
            .init(name: "aVL", qrs: 0.2), .init(name: "V1", qrs: -0.5), .init(name: "V2", qrs: 0.5),
            .init(name: "V5"), .init(name: "V6"),
        ])
        #expect(found.isEmpty)
    }

    /// A normal recording with ST segments that are raised by the given levels in mV.
    private func raised(_ levels: [String: Float]) -> Recording {
        var made = MadeRecording()
        made.leads = [
            .init(name: "I", qrs: 0.7), .init(name: "II"), .init(name: "III", qrs: 0.3), .init(name: "aVL", qrs: 0.4),
            .init(name: "aVF", qrs: 0.6), .init(name: "V1", qrs: -0.5), .init(name: "V2", qrs: 0.5),
            .init(name: "V3", qrs: 0.8), .init(name: "V4"), .init(name: "V5"), .init(name: "V6"),
        ]
        let plain = made.recording
        made.stLevel = 1
        let elevated = made.recording
        return plain.mapped { lead, samples in
            let level = levels[plain.leads[lead].name] ?? 0
            return zip(samples, elevated.leads[lead].samples).map { $0 + level * ($1 - $0) }
        }
    }

    @Test func `ST elevation with opposite depression is an acute infarction and urgent`() throws {
        let recording = raised(["II": 0.2, "III": 0.25, "aVF": 0.22, "I": -0.1, "aVL": -0.12])
        let interpretation = Interpretation(of: recording)
        let first = try #require(interpretation.origin.first)
        #expect(first.code == .infarction && first.wall == .inferior && first.isUrgent)
        #expect(interpretation.isUrgent)
        #expect(first.evidence[0].contains("aVF 0.2") && first.evidence[0].contains("aVL -0.1"))
        let alone = Interpretation(of: raised(["II": 0.2, "III": 0.25, "aVF": 0.22]))
        #expect(!alone.isUrgent)
    }

    @Test func `limits in V2 and V3 depend on sex and age, and the evidence says so`() throws {
        let recording = raised(["V2": 0.19, "V3": 0.19, "III": -0.1, "aVF": -0.1])
        let woman = Interpretation(of: recording, patient: Patient(age: 60, sex: .female))
        let finding = try #require(woman.origin.first { $0.wall == .anterior })
        #expect(finding.isUrgent && finding.evidence[1] == "limits 0.1 mV, in V2 and V3 0.15 mV")
        #expect(!Interpretation(of: recording, patient: Patient(age: 60, sex: .male)).isUrgent)
        #expect(!Interpretation(of: recording).isUrgent)
    }
}
