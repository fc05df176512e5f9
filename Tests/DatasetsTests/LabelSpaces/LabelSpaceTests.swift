import Datasets
import Testing

@Suite struct LabelSpaceTests {
    @Test func `the AAMI space describes the folder letters`() {
        let space = LabelSpace.aami
        #expect(space.fingerprint == "aami 1")
        #expect(space.codes == ["N", "S", "V", "F", "Q", "M"])
        #expect(
            space.labels.map(\.condition) == [
                .normal, .supraventricularArrhythmia, .ventricularArrhythmia, .fusionOrMiscellaneous,
                .fusionOrMiscellaneous, .myocardialInfarction,
            ])
        #expect(space.labels[4].standsFor.contains("paced"))
        #expect(space.labels.allSatisfy { $0.explanation.count > 40 && $0.link.hasPrefix("https://") })
    }

    @Test func `codes are found by name and joined in order`() {
        #expect(LabelSpace.aami.index(ofCode: "V") == 2)
        #expect(LabelSpace.aami.index(ofCode: "v") == nil)
        #expect(LabelSpace.aami.joined([0, 5]) == "N|M")
        #expect(LabelSpace.aami.count == 6)
    }

    @Test func `a misspelled code or a condition finds the nearest code`() {
        #expect(LabelSpace.aami.nearestCode(to: "v") == "V")
        #expect(LabelSpace.aami.nearestCode(to: "myocardial infarction") == "M")
        #expect(LabelSpace.aami.nearestCode(to: "zebra") == nil)
    }

    @Test(arguments: ["", " N", "N|S", "N,S", "a/b", "a\\b", "\"N\"", "a\tb", ".N", "truth"])
    func `texts not allowed in manifests, folder names or headers are not valid codes`(code: String) {
        #expect(LabelSpace.problem(inCode: code) != nil)
    }

    @Test(arguments: ["N", "amazed-suprised", "Brown Creeper", "CLASS2", "é"])
    func `other words are valid codes`(code: String) {
        #expect(LabelSpace.problem(inCode: code) == nil)
    }
}
