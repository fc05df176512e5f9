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
}
