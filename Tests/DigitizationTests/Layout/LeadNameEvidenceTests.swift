import Testing

@testable import Digitization

struct LeadNameEvidenceTests {
    /// The name with the most evidence, and its lead over the next one.
    private static func best(_ word: String) -> (name: String, evidence: Double, lead: Double) {
        let values = LeadNameEvidence.values(word)
        let order = values.indices.sorted { values[$0] > values[$1] }
        return (LeadName.standard[order[0]], values[order[0]], values[order[0]] - values[order[1]])
    }

    @Test(arguments: LeadName.standard)
    func `an exact name has the most evidence, with a clear lead`(name: String) {
        let best = Self.best(name)
        #expect(best.name == name && best.lead >= 1.4)
    }

    @Test(arguments: [
        ("VR", "aVR"), ("oVF", "aVF"), ("3", "V3"), ("L", "aVL"), ("Il", "II"), ("HI", "III"), ("VS", "V5"),
        ("C4", "V4"), ("D3", "III"), ("v6", "V6"), ("aVE", "aVF"),
    ])
    func `names with lost and confused letters are still the most probable`(word: String, name: String) {
        #expect(Self.best(word).name == name)
    }

    @Test func `evidence is the sum over letters`() {
        // V and 2 match with 2 each; a lost V costs 1.5.
        let index = LeadName.standard.firstIndex(of: "V2")!
        #expect(LeadNameEvidence.values("V2")[index] == 4)
        #expect(LeadNameEvidence.values("2")[index] == 0.5)
        #expect(LeadNameEvidence.values("v2")[index] == 3.8)
    }

    @Test(arguments: ["years", "mm/s", "ECG", "2024", "x"])
    func `other words are no names`(word: String) {
        #expect(Self.best(word).evidence < 0)
    }
}
