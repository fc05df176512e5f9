import TestSupport
import Testing

@testable import Datasets

@Suite struct AnnotatedBeatsTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    private var records: String { folder("records") }

    private func codes(_ dataset: Dataset, _ group: String) -> String {
        dataset.samples.filter { $0.group == group }.map { dataset.labelSpace.joined($0.labels) }.joined()
    }

    @Test func `each annotated beat is a sample with its class and record`() throws {
        try MadeRecord(name: "r1", symbols: Array("NV+LA")).write(to: folder)
        try MadeRecord(name: "r10", symbols: Array("NFQ")).write(to: folder, below: "records/more")
        let dataset = try Dataset(beatsOf: records)
        #expect(dataset.labelSpace == .aamiBeats && dataset.root == records)
        #expect(dataset.samples.map(\.path).prefix(2) == ["more/r10#0", "more/r10#200"])
        #expect(dataset.samples.last?.path == "r1#800")
        #expect(codes(dataset, "r1") == "NVNS" && codes(dataset, "r10") == "NFQ")
        let one = try Dataset(beatsOf: "\(records)/r1")
        #expect(one.samples.map(\.path) == ["r1#0", "r1#200", "r1#600", "r1#800"])
        #expect(one.path(of: one.samples[0]) == "\(records)/r1#0")
        #expect(try #require(AnnotatedBeats.place(one.path(of: one.samples[1]))) == ("\(records)/r1", 200))
        #expect(AnnotatedBeats.place("picture.png") == nil)
    }

    @Test func `a manifest gives all beats of a record its group, part and fold`() throws {
        try MadeRecord(name: "r1", symbols: Array("NV")).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("NN")).write(to: folder)
        try folder.write("set/manifest.csv", "path,group,fold\n../records/r1,p1,2\n../records/r2,,\n")
        let dataset = try Dataset(beatsOf: folder("set"))
        #expect(dataset.samples.map(\.group) == ["p1", "p1", "r2", "r2"])
        #expect(dataset.samples.map(\.fold) == [2, 2, nil, nil])
        #expect(dataset.samples[0].path == "../records/r1#0")
        try folder.write("set/manifest.csv", "path\n../records/r3\n")
        #expect(throws: DatasetError.self) { try Dataset(beatsOf: folder("set")) }
    }

    @Test func `several folders are one set with paths below their common folder`() throws {
        try MadeRecord(name: "r1", symbols: Array("NV")).write(to: folder, below: "data/one")
        try MadeRecord(name: "r2", symbols: Array("NN")).write(to: folder, below: "data/two")
        try MadeRecord(name: "r3", symbols: Array("NN")).write(to: folder, below: "data/three")
        let dataset = try Dataset(beatsOf: "\(folder("data/two")):\(folder("data/one"))")
        #expect(dataset.root == folder("data"))
        #expect(dataset.samples.map(\.path) == ["two/r2#0", "two/r2#200", "one/r1#0", "one/r1#200"])
        #expect(dataset.path(of: dataset.samples[2]) == folder("data/one/r1#0"))
    }

    @Test func `classes outside the label space are left out`() throws {
        try MadeRecord(name: "r1", symbols: Array("NVAQ")).write(to: folder)
        let space = LabelSpace(
            name: "two", version: 1, labels: LabelSpace.aami.labels.filter { ["N", "V"].contains($0.code) })
        #expect(codes(try Dataset(beatsOf: records, labelSpace: space), "r1") == "NV")
    }

    @Test func `paced records and records without annotations are left out and named`() throws {
        try MadeRecord(name: "r1", symbols: Array("NN")).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("N/")).write(to: folder)
        try MadeRecord(name: "r3", symbols: Array("NN")).write(to: folder, annotated: false)
        let dataset = try Dataset(beatsOf: records)
        #expect(Set(dataset.samples.map(\.group)) == ["r1"])
        #expect(dataset.warnings == [.pacedRecords(["r2"]), .recordsWithoutAnnotations(["r3"])])
        #expect(throws: RenderingError.onlyPaced(source: "\(records)/r2", records: ["r2"])) {
            try Dataset(beatsOf: "\(records)/r2")
        }
        #expect(throws: RenderingError.noAnnotations(record: "\(records)/r3")) {
            try Dataset(beatsOf: "\(records)/r3")
        }
    }

    @Test func `records 201 and 202 of MIT-BIH are one group, those of other databases are not`() throws {
        let header = { (name: String, rate: Int) in "\(name) 1 \(rate) 100\n\(name).dat 16 200 16 0 0 0 0 MLII\n" }
        for name in ["200", "201", "202"] {
            try MadeRecord(name: name, symbols: Array("NN")).write(to: folder)
        }
        #expect(Set(try Dataset(beatsOf: records).samples.map(\.group)) == ["200", "201", "202"])
        for name in ["200", "201", "202"] { try folder.write("records/\(name).hea", header(name, 360)) }
        let dataset = try Dataset(beatsOf: records)
        #expect(Set(dataset.samples.map(\.group)) == ["200", "201"])
        #expect(dataset.warnings == [.recordsOfOnePatient(["201", "202"])])
    }
}
