import Testing

@testable import Digitization

struct LeadNameTests {
    @Test(arguments: [
        ("I", "I", 1.0), ("aVR", "aVR", 1), ("AVF", "aVF", 1), ("avl", "aVL", 0.95), ("V5", "V5", 1), ("C3", "V3", 1),
        ("DII", "II", 1), ("D3", "III", 1), ("V1:", "V1", 1), ("ll", "II", 0.7), ("1", "I", 0.4), ("|||", "III", 0.7),
        ("aVl", "aVL", 0.95), ("oVR", "aVR", 0.6), ("Vl", "V1", 0.7), ("VS", "V5", 0.7), ("Vb", "V6", 0.7),
    ])
    func `a word is a name, exact or corrected`(word: String, name: String, certainty: Double) {
        let found = LeadName(word)
        #expect(found?.name == name && found?.certainty == certainty && found?.isInverted == false)
    }

    @Test func `a minus sign turns a lead over`() {
        #expect(LeadName("-aVR")?.isInverted == true && LeadName("−aVR")?.name == "aVR")
        #expect(LeadName("-II")?.isInverted == false)
    }

    @Test(arguments: ["", "mm/mV", "Name", "V7", "25", "aVx", "Hz", "Vent", "V"])
    func `other words are no names`(word: String) { #expect(LeadName(word) == nil) }
}
