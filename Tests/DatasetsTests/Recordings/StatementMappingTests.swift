import Files
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct StatementMappingTests {
    private static func mapping(_ keys: [String]) throws -> StatementMapping {
        var text = "name: test\nversion: 1\nlabels:\n"
        for (code, extra) in zip(["A", "B", "C"], keys) {
            text +=
                "  - code: \(code)\n    condition: Normal\n    explanation: x\n    link: https://example.org\n"
                + "    stands_for: x\n" + extra
        }
        return try StatementMapping(parsing: Data(text.utf8), name: "labels.yaml")
    }

    @Test func `a label applies with any of its statements`() throws {
        let mapping = try Self.mapping(["    scp: [NORM]\n", "    scp: [AFIB, AFLT]\n", "    snomed: [1]\n"])
        #expect(mapping.labels(scp: ["AFLT", "NORM", "SR"]) == [0, 1])
        #expect(mapping.labels(scp: ["SR"]).isEmpty)
        #expect(mapping.labels(snomed: ["1"]) == [2])
    }

    @Test func `a label can rule another one out`() throws {
        let mapping = try Self.mapping(["    scp: [NORM]\n    without: [B]\n", "    scp: [AFIB]\n", ""])
        #expect(mapping.labels(scp: ["AFIB", "NORM"]) == [1])
        #expect(mapping.labels(scp: ["NORM"]) == [0])
    }

    @Test func `a code can count only where no other label applies`() throws {
        let mapping = try Self.mapping(["    snomed_if_alone: [9]\n", "    snomed: [1]\n", ""])
        #expect(mapping.labels(snomed: ["1", "9"]) == [1])
        #expect(mapping.labels(snomed: ["9", "5"]) == [0])
    }

    @Test(arguments: [
        (["    scp: NORM\n", "", ""], "labels.yaml:9: scp must be a list"),
        (["    scp: [NORM]\n    without: [X]\n", "", ""], "labels.yaml:10: unknown label “X”. Labels: A, B, C."),
        (["", "", ""], "labels.yaml: no label has statements."),
        (["    scpp: [NORM]\n", "", ""], "labels.yaml:9: unknown key “scpp”. Did you mean “scp”?"),
    ])
    func `a faulty mapping is refused with its line`(keys: [String], sentence: String) {
        let error = #expect(throws: LabelSpaceError.self) { try Self.mapping(keys) }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error.map(\.description) ?? "")")
    }

    @Test func `the label spaces of recordings have statements`() throws {
        let folder = SharedMaterial.checkout.appendingPathComponent("datasets/labels").path
        let conditions = try StatementMapping(contentsOf: "\(folder)/conditions.yaml")
        let codes = conditions.labelSpace.codes
        #expect(conditions.labels(scp: ["NORM", "PVC"]).map { codes[$0] } == ["ventricular"])
        #expect(
            conditions.labels(scp: ["IMI", "LVH", "CLBBB"]).map { codes[$0] } == [
                "infarction", "hypertrophy", "miscellaneous",
            ])
        #expect(conditions.labels(snomed: ["426783006"]).map { codes[$0] } == ["normal"])
        #expect(conditions.labels(snomed: ["426783006", "164889003"]).map { codes[$0] } == ["supraventricular"])
        let superclasses = try StatementMapping(contentsOf: "\(folder)/ptbxl-superclasses.yaml")
        #expect(superclasses.labels(scp: ["NORM", "SR"]) == [0])
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `superclasses are those of PTB-XL's own table`() throws {
        let mapping = try StatementMapping(
            contentsOf: SharedMaterial.checkout.appendingPathComponent("datasets/labels/ptbxl-superclasses.yaml").path)
        // The first column has no name there.
        let text = try SharedMaterial.data("data/ptbxl-100hz/scp_statements.csv")
        let table = try CSVTable(parsing: Data("statement".utf8) + text, name: "scp_statements.csv")
        let place = try #require(table.column(named: "diagnostic_class"))
        for row in table.rows {
            let expected = row.fields[place].isEmpty ? [] : [row.fields[place]]
            #expect(mapping.labels(scp: [row.fields[0]]).map { mapping.labelSpace.codes[$0] } == expected)
        }
    }
}
