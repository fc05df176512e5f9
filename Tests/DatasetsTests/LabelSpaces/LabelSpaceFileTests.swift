import Datasets
import Files
import Foundation
import TestSupport
import Testing

@Suite struct LabelSpaceFileTests {
    private static let good = """
        name: two
        version: 3
        labels:
          - code: N
            condition: Normal
            explanation: All is well.
            link: https://example.org/n
            stands_for: NORM
          - code: H
            condition: Hypertrophy
            explanation: Thick wall.
            link: https://example.org/h
            stands_for: HYP
        """

    private func parse(_ text: String) throws -> LabelSpace {
        try LabelSpace(parsing: Data(text.utf8), name: "l.yaml")
    }

    @Test func `labels are read in the file's order`() throws {
        let space = try parse(Self.good)
        #expect(space.fingerprint == "two 3")
        #expect(
            space.labels[1]
                == .init(
                    code: "H", condition: .hypertrophy, explanation: "Thick wall.", link: "https://example.org/h",
                    standsFor: "HYP"))
    }

    /// One change to a valid file, and the expected error.
    @Test(arguments: [
        ("version: 3", "version: three", LabelSpaceError.version(file: "l.yaml", line: 2, found: "three")),
        ("version: 3", "version: 0", .version(file: "l.yaml", line: 2, found: "0")),
        ("version: 3\n", "", .missingKey(file: "l.yaml", line: 1, key: "version", of: "a label space")),
        ("name: two", "name: two\nname: three", .repeatedKey(file: "l.yaml", line: 1, key: "name")),
        ("name: two", "name: \"\"", .emptyValue(file: "l.yaml", line: 1, key: "name")),
        ("name: two", "name: [two]", .wrongKind(file: "l.yaml", line: 1, key: "name", expected: "a text")),
        (
            "explanation: All", "explenation: All",
            .unknownKey(
                file: "l.yaml", line: 6, key: "explenation", nearest: "explanation",
                known: [
                    "code", "condition", "explanation", "link", "stands_for", "name", "scp", "snomed",
                    "snomed_if_alone",
                    "without",
                ])
        ),
        ("    stands_for: HYP", "", .missingKey(file: "l.yaml", line: 9, key: "stands_for", of: "a label")),
        ("code: H", "code: N", .repeatedCode(file: "l.yaml", line: 9, code: "N", firstLine: 4)),
        ("code: H", "code: H|N", .code(file: "l.yaml", line: 9, code: "H|N", problem: "it contains “|”")),
        ("code: H", "code: \"H,N\"", .code(file: "l.yaml", line: 9, code: "H,N", problem: "it contains “,”")),
        (
            "condition: Hypertrophy", "condition: Hypertrofy",
            .unknownCondition(file: "l.yaml", line: 10, found: "Hypertrofy", nearest: "Hypertrophy")
        ),
        (
            "condition: Hypertrophy", "condition: Gout",
            .unknownCondition(file: "l.yaml", line: 10, found: "Gout", nearest: nil)
        ),
        (
            "https://example.org/h", "http://example.org/h",
            .link(file: "l.yaml", line: 12, found: "http://example.org/h")
        ),
        ("https://example.org/h", "\"https://\"", .link(file: "l.yaml", line: 12, found: "https://")),
    ])
    func `a mistake is reported with its line`(good: String, bad: String, expected: LabelSpaceError) {
        let text = Self.good.replacingOccurrences(of: good, with: bad)
        #expect(text != Self.good)
        #expect(throws: expected) { try parse(text) }
    }

    @Test func `a label can have a name of its own, which no other label has`() throws {
        let named = Self.good.replacing("code: N", with: "code: N\n    name: Sound")
        let space = try parse(named)
        #expect(space.labels.map(\.name) == ["Sound", "Hypertrophy"])
        #expect(try parse(space.yaml) == space)
        #expect(space.nearestCode(to: "sound") == "N")
        #expect(throws: LabelSpaceError.repeatedName(file: "l.yaml", line: 11, name: "Sound", firstLine: 5)) {
            try parse(named.replacing("code: H", with: "code: H\n    name: Sound"))
        }
    }

    @Test func `a file that is not a label space is rejected`() {
        let head = "name: a\nversion: 1\n"
        #expect(throws: LabelSpaceError.noLabels(file: "l.yaml", line: 3)) { try parse(head + "labels: []\n") }
        #expect(throws: LabelSpaceError.self) { try parse(head + "labels: N\n") }
        #expect(throws: LabelSpaceError.self) { try parse(head + "labels:\n  - N\n") }
        #expect(throws: LabelSpaceError.self) { try parse("- a\n- b\n") }
        #expect(throws: LabelSpaceError.empty(file: "l.yaml")) { try parse("") }
        #expect(throws: LabelSpaceError.empty(file: "l.yaml")) { try parse("# only a comment\n") }
    }

    @Test func `invalid YAML is rejected`() {
        for text in ["name: \"open", "a: b: c", "\tname: a", "name: a\n\u{0}", "---\na: 1\n---\nb: 2\n"] {
            #expect(throws: LabelSpaceError.self, "\(text)") { try parse(text) }
        }
        #expect(throws: LabelSpaceError.self) { try LabelSpace(parsing: Data([0xFF, 0xFE, 0x00]), name: "l.yaml") }
    }

    @Test func `a truncated file is rejected or complete, without a crash`() throws {
        let bytes = Array(LabelSpace.aami.yaml.utf8)
        for length in stride(from: 0, to: bytes.count - 2, by: 7) {
            let cut = Data(bytes[..<length])
            do {
                // The cut may be between two labels.
                #expect(try LabelSpace(parsing: cut, name: "l.yaml").count < 6)
            } catch is LabelSpaceError {}
        }
    }

    @Test func `a written space is read back unchanged`() throws {
        #expect(try parse(LabelSpace.aami.yaml) == .aami)
        let awkward = LabelSpace(
            name: "no", version: 2,
            labels: [
                .init(
                    code: "N", condition: .uncertain,
                    explanation: "two\nlines, \"marks\", back\\slash: # é \u{85}\u{2028}.",
                    link: "https://example.org/?a=b#c", standsFor: "- ~ null")
            ])
        #expect(try parse(awkward.yaml) == awkward)
    }

    @Test func `the embedded AAMI space is the repository's file`() throws {
        let file = SharedMaterial.checkout.appendingPathComponent("datasets/labels/aami.yaml").path
        #expect(try LabelSpace(contentsOf: file) == .aami)
        #expect(throws: FileError.self) { try LabelSpace(contentsOf: file + ".missing") }
    }

    @Test(arguments: [("conditions", 6), ("ptbxl-superclasses", 5)])
    func `the label spaces of recordings can be read`(name: String, count: Int) throws {
        let file = SharedMaterial.checkout.appendingPathComponent("datasets/labels/\(name).yaml").path
        let space = try LabelSpace(contentsOf: file)
        #expect(space.name == name && space.count == count)
    }

    @Test func `an error names the file, the line and the correction`() {
        let error = LabelSpaceError.unknownCondition(file: "d/labels.yaml", line: 4, found: "Norml", nearest: "Normal")
        #expect(
            error.localizedDescription
                == "d/labels.yaml:4: unknown condition “Norml”. Did you mean “Normal”?")
    }
}
