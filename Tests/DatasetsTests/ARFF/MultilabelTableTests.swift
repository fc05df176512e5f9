import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct MultilabelTableTests {
    private static let arff = """
        @relation r
        @attribute height numeric
        @attribute 'is red' {0,1}
        @attribute colour {red,green,blue}
        @attribute always {yes}
        @attribute 'calm|quiet' {1,0}
        @attribute sad numeric
        @data
        1.5,1,green,yes,1,0
        2,0,blue,yes,0,0
        {1 1, 4 0, 5 1}
        """
    private static let xml = "<labels><label name='sad'/><label name='calm|quiet'/></labels>"

    private func folder() throws -> Scratch {
        let folder = try Scratch()
        try folder.write("mood.arff", Self.arff)
        try folder.write("mood.xml", Self.xml)
        return folder
    }

    @Test func `numbers stay, two values become one feature, more values one feature each`() throws {
        let folder = try folder()
        let table = try MultilabelTable(contentsOf: folder.path + "/mood.arff")
        #expect(table.featureNames == ["height", "is red=1", "colour=red", "colour=green", "colour=blue"])
        #expect(Array(table.features.row(0)) == [1.5, 1, 0, 1, 0])
        #expect(Array(table.features.row(1)) == [2, 0, 0, 0, 1])
        #expect(Array(table.features.row(2)) == [0, 1, 1, 0, 0])
    }

    @Test func `labels are in the table's order with valid codes`() throws {
        let folder = try folder()
        let dataset = try MultilabelTable(contentsOf: folder.path + "/mood.arff").dataset
        #expect(dataset.labelSpace.codes == ["calm-quiet", "sad"])
        #expect(dataset.labelSpace.labels[0].standsFor == "calm|quiet")
        #expect(dataset.samples.map(\.labels) == [[0], [], [1]])
        #expect(dataset.samples.map(\.path) == ["mood.arff#1", "mood.arff#2", "mood.arff#3"])
        let space = dataset.labelSpace
        #expect(try LabelSpace(parsing: Data(space.yaml.utf8), name: "y") == space)
    }

    @Test func `a labels file in the folder describes the labels`() throws {
        let folder = try folder()
        try folder.write(
            "labels.yaml",
            LabelSpace(
                name: "moods", version: 3,
                labels: [
                    .init(
                        code: "S", condition: .uncertain, explanation: "e", link: "https://example.org",
                        standsFor: "sad"),
                    .init(
                        code: "C", condition: .normal, explanation: "e", link: "https://example.org",
                        standsFor: "calm|quiet"),
                ]
            ).yaml)
        let dataset = try MultilabelTable(contentsOf: folder.path + "/mood.arff").dataset
        #expect(dataset.labelSpace.codes == ["S", "C"])
        #expect(dataset.samples.map(\.labels) == [[1], [], [0]])
        try folder.write("labels.yaml", LabelSpace.aami.yaml)
        #expect(throws: ARFFError.self) { try MultilabelTable(contentsOf: folder.path + "/mood.arff") }
    }

    @Test func `a folder with a train and a test file gives the parts`() throws {
        let folder = try Scratch()
        try folder.write("mood-train.arff", Self.arff)
        try folder.write("mood-test.arff", Self.arff)
        try folder.write("mood.xml", Self.xml)
        #expect(MultilabelTable.isOne(folder.path))
        let dataset = try MultilabelTable(contentsOf: folder.path).dataset
        #expect(dataset.samples.map(\.part) == [.train, .train, .train, .test, .test, .test])
        let alone = try MultilabelTable(contentsOf: folder.path + "/mood-test.arff").dataset
        #expect(alone.samples.allSatisfy { $0.part == nil })
        try folder.write("mood-test.arff", Self.arff.replacingOccurrences(of: "height", with: "width"))
        #expect(throws: ARFFError.self) { try MultilabelTable(contentsOf: folder.path) }
    }

    @Test func `equal codes are numbered, and reserved ones are renamed`() {
        let space = LabelSpace(named: "s", ofForeignLabels: ["a b", "a|b", "path", ".x", " ", "ü"])
        #expect(space.codes == ["a-b", "a-b-2", "label-path", "label-.x", "label-", "ü"])
    }

    @Test func `a label without an attribute, other values than 0 and 1, and a missing label file are errors`() throws {
        let folder = try folder()
        try folder.write("mood.xml", "<labels><label name='sat'/></labels>")
        #expect(throws: ARFFError.self) { try MultilabelTable(contentsOf: folder.path + "/mood.arff") }
        for name in ["height", "colour"] {
            try folder.write("mood.xml", "<labels><label name='\(name)'/></labels>")
            #expect(throws: ARFFError.notALabel(file: folder.path + "/mood.arff", attribute: name)) {
                try MultilabelTable(contentsOf: folder.path + "/mood.arff")
            }
        }
        try FileManager.default.removeItem(atPath: folder.path + "/mood.xml")
        #expect(
            throws: ARFFError.noLabelXML(file: folder.path + "/mood.arff", expected: folder.path + "/mood.xml")
        ) { try MultilabelTable(contentsOf: folder.path + "/mood.arff") }
    }

    @Test func `labels may be FALSE and TRUE`() throws {
        let folder = try folder()
        try folder.write(
            "mood.arff",
            "@relation r\n@attribute x numeric\n@attribute calm {FALSE,TRUE}\n@attribute sad {true,false}\n@data\n"
                + "1,FALSE,true\n2,TRUE,false\n{0 3,1 TRUE}\n")
        try folder.write("mood.xml", "<labels><label name='calm'/><label name='sad'/></labels>")
        let dataset = try MultilabelTable(contentsOf: folder.path + "/mood.arff").dataset
        // A value that a sparse row omits is the first one.
        #expect(dataset.samples.map(\.labels) == [[1], [0], [0, 1]])
        try folder.write(
            "mood.arff",
            "@relation r\n@attribute x numeric\n@attribute calm {TRUE,true}\n@attribute sad {0,true}\n@data\n1,TRUE,0\n"
        )
        for name in ["calm", "sad"] {
            try folder.write("mood.xml", "<labels><label name='\(name)'/></labels>")
            #expect(throws: ARFFError.notALabel(file: folder.path + "/mood.arff", attribute: name)) {
                try MultilabelTable(contentsOf: folder.path + "/mood.arff")
            }
        }
    }

    @Test(arguments: [
        ("'Mood: -C 2'", ["calm", "sad"], ["x", "y"]),
        ("'Mood: -C -1 -split-number 3'", ["y"], ["calm=1", "sad=1", "x"]),
    ])
    func `MEKA's option names the first or last attributes as labels`(
        relation: String, labels: [String], features: [String]
    ) throws {
        let folder = try Scratch()
        let text =
            "@relation \(relation)\n@attribute calm {0,1}\n@attribute sad {0,1}\n@attribute x numeric\n"
            + "@attribute y numeric\n@data\n1,0,0.5,1\n0,1,2,0\n"
        try folder.write("mood-train.arff", text)
        let table = try MultilabelTable(contentsOf: folder.path + "/mood-train.arff")
        #expect(table.dataset.labelSpace.codes == labels)
        #expect(table.dataset.labelSpace.name == "mood")
        #expect(table.featureNames == features)
        #expect(table.dataset.samples.map(\.labels) == (labels.count == 2 ? [[0], [1]] : [[0], []]))
        try folder.write("mood-test.arff", text)
        #expect(MultilabelTable.isOne(folder.path))
        #expect(
            try MultilabelTable(contentsOf: folder.path).dataset.samples.map(\.part) == [.train, .train, .test, .test])
        #expect(try MultilabelTable.sources(at: folder.path).count == 2)
    }

    @Test(arguments: ["0", "3", "-3", "x"])
    func `an impossible number of labels is refused`(count: String) throws {
        let folder = try Scratch()
        try folder.write(
            "m.arff",
            "@relation 'm: -C \(count)'\n@attribute a {0,1}\n@attribute b {0,1}\n@attribute c {0,1}\n@data\n0,1,0\n")
        #expect(throws: ARFFError.labelCount(file: folder.path + "/m.arff", found: count, attributes: 3)) {
            try MultilabelTable(contentsOf: folder.path + "/m.arff")
        }
    }

    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the flags set has its published shape`() throws {
        let table = try MultilabelTable(contentsOf: SharedMaterial.path("data/multilabel/flags/flags.arff"))
        #expect(table.dataset.count == 194)
        #expect(table.dataset.labelSpace.codes == ["red", "green", "blue", "yellow", "white", "black", "orange"])
        let cardinality = Double(table.dataset.samples.reduce(0) { $0 + $1.labels.count }) / 194
        #expect(abs(cardinality - 3.392) < 0.0005)
    }
}
