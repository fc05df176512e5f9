import Foundation
import Testing

@testable import Datasets

struct SyntheticLabelsTests {
    @Test func `the space has the six conditions of the contract in the order of the folders`() {
        #expect(LabelSpace.synthetic.codes == SyntheticBeats.codes.map(\.code))
        #expect(LabelSpace.synthetic.codes.sorted() == ["F", "H", "M", "N", "S", "V"])
        #expect(
            Set(LabelSpace.synthetic.labels.map(\.condition)) == Set(Condition.allCases.filter { $0 != .uncertain }))
    }

    @Test func `a written synthetic space is read back unchanged`() throws {
        let data = Data(("# a comment\n" + LabelSpace.synthetic.yaml).utf8)
        #expect(try LabelSpace(parsing: data, name: "labels.yaml") == .synthetic)
    }

    @Test func `a code shared with the AAMI space means the same condition`() {
        for label in LabelSpace.synthetic.labels {
            guard let index = LabelSpace.aami.index(ofCode: label.code) else { continue }
            #expect(LabelSpace.aami.labels[index].condition == label.condition)
        }
    }
}
