import Files
import Foundation
import Imaging
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import Datasets

@Suite struct BeatRenderingTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    private var set: String { "\(folder.path)/set" }
    private var records: String { "\(folder.path)/records" }

    private func content(of set: String) throws -> [String: Data] {
        var files: [String: Data] = [:]
        for name in try #require(FileManager.default.subpaths(atPath: set)) where name.contains(".") {
            files[name] = try Data(contentsOf: URL(fileURLWithPath: "\(set)/\(name)"))
        }
        return files
    }

    @Test func `every annotated beat is drawn with its class, record and fold`() throws {
        try MadeRecord(name: "r1", symbols: Array("NNVNLA")).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("NV+NF")).write(to: folder)
        try MadeRecord(name: "r10", symbols: Array("NNNV")).write(to: folder)
        try MadeRecord(name: "r11", symbols: Array("QNNV")).write(to: folder)
        let notes = try BeatRendering().write(records, to: set)
        let dataset = try Dataset(contentsOf: set)
        #expect(dataset.labelSpace == .aamiBeats)
        #expect(dataset.count == 18)
        let codes = Dictionary(grouping: dataset.samples, by: \.group).mapValues {
            $0.map { dataset.labelSpace.joined($0.labels) }.joined()
        }
        #expect(codes == ["r1": "NNVNNS", "r2": "NVNF", "r10": "NNNV", "r11": "QNNV"])
        let first = dataset.samples[2]
        #expect(first.path == "r1/r1-MLII-0000400.png")
        #expect(first.columns == ["symbol": "V", "record": "r1", "lead": "MLII", "sample": "400"])
        for group in ["r1", "r2", "r10", "r11"] {
            #expect(Set(dataset.samples.filter { $0.group == group }.map(\.fold)).count == 1)
        }
        #expect(Set(dataset.samples.map(\.fold)) == [1, 2, 3, 4])
        #expect(notes.contains { $0.contains("label F has 1 sample") })
    }

    @Test func `the beat has the position of the public set, in one ink`() throws {
        try MadeRecord(name: "r1", symbols: Array("NNVN")).write(to: folder)
        _ = try BeatRendering().write("\(records)/r1", to: set)
        for sample in try Dataset(contentsOf: set).samples {
            let page = try Page(contentsOf: "\(set)/\(sample.path)")
            #expect((page.width, page.height) == (432, 288))
            var (columns, rows) = ([Int](), [Int]())
            for row in 0 ..< 288 {
                for column in 0 ..< 432 {
                    let pixel = page.pixels[3 * (row * 432 + column) ..< 3 * (row * 432 + column) + 3]
                    #expect(Set(pixel).count == 1)
                    if pixel.first! < 195 {
                        columns.append(column)
                        rows.append(row)
                    }
                }
            }
            // The position in all 11,892 pictures of ../shared/data/ecg-image-data/dev-train, to within a pixel.
            #expect(abs(columns.min()! - 67) <= 1 && abs(columns.max()! - 374) <= 1)
            #expect(abs(rows.min()! - 43) <= 1 && abs(rows.max()! - 243) <= 1)
        }
    }

    @Test func `the same seed gives the same bytes on any number of threads, and limits select from the same beats`()
        throws
    {
        for name in ["a", "b", "c"] {
            try MadeRecord(name: name, symbols: Array("NNNNNNVVVV")).write(to: folder)
        }
        var rendering = BeatRendering()
        rendering.folds = 3
        _ = try rendering.write(records, to: set, workers: Workers(count: 1))
        _ = try rendering.write(records, to: set + "2", workers: Workers(count: 3))
        let whole = try content(of: set)
        #expect(whole == (try content(of: set + "2")))
        rendering.perRecord = 3
        rendering.perClass = 7
        _ = try rendering.write(records, to: set + "3")
        let some = try Dataset(contentsOf: set + "3")
        #expect(some.count == 14)
        for group in ["a", "b", "c"] {
            for label in [0, 2] {
                let rows = some.samples.filter { $0.group == group && $0.labels == [label] }
                #expect((1 ... 3).contains(rows.count))
            }
        }
        for (name, bytes) in try content(of: set + "3") where name.hasSuffix("png") { #expect(whole[name] == bytes) }
        rendering.seed = 2
        _ = try rendering.write(records, to: set + "4")
        #expect(try content(of: set + "4").keys.sorted() != content(of: set + "3").keys.sorted())
    }

    @Test func `paced records, beats of other classes and incomplete beats are left out with a note`() throws {
        try MadeRecord(name: "paced", symbols: Array("//N")).write(to: folder)
        #expect(throws: RenderingError.onlyPaced(source: records, records: ["paced"])) {
            try BeatRendering().write(records, to: set)
        }
        try MadeRecord(name: "r1", symbols: Array("NFNA")).write(to: folder)
        var rendering = BeatRendering()
        rendering.labelSpace = LabelSpace(
            name: "two", version: 1, labels: LabelSpace.aami.labels.filter { ["N", "V"].contains($0.code) })
        let notes = try rendering.write(records, to: set)
        #expect(try Dataset(contentsOf: set).count == 2)
        #expect(notes.contains { $0.hasSuffix("as in EC57: paced") })
        #expect(notes.contains { $0 == "2 beats are left out: their class is none of N, V" })
        #expect(notes.contains { $0.contains("fewer records than 4 folds") })
        rendering.keepsPaced = true
        rendering.labelSpace = .aamiBeats
        _ = try rendering.write(records, to: set + "2")
        #expect(try Dataset(contentsOf: set + "2").samples.count { $0.labels == [4] } == 2)
    }

    @Test func `leads are chosen by name`() throws {
        try MadeRecord(name: "r1", symbols: Array("NN"), leads: ["V5", "MLII"]).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("NN"), leads: ["V5", "V1"]).write(to: folder)
        let notes = try BeatRendering().write(records, to: set)
        #expect(try Dataset(contentsOf: set).samples.map { $0.columns["lead"] } == ["MLII", "MLII", "V5", "V5"])
        #expect(notes.contains("Record r2 does not have the requested lead. Drawn instead: V5"))
        var rendering = BeatRendering()
        rendering.leads = .all
        _ = try rendering.write(records, to: set + "2")
        #expect(try Dataset(contentsOf: set + "2").count == 8)
        rendering.leads = .named("MLII")
        let error = RenderingError.noLead(record: "\(records)/r2", wanted: "MLII", found: ["V5", "V1"])
        #expect(throws: error) { try rendering.write(records, to: set + "3") }
        #expect("\(error)".hasSuffix("Name one of these, or all."))
        #expect(!FileManager.default.fileExists(atPath: set + "3"))
    }

    @Test func `inputs without a picture to draw are rejected`() throws {
        #expect(throws: RenderingError.noRecords(source: records)) { try BeatRendering().write(records, to: set) }
        try MadeRecord(name: "r1", symbols: Array("NN")).write(to: folder, annotated: false)
        #expect(throws: RenderingError.noAnnotations(record: "\(records)/r1")) {
            try BeatRendering().write(records, to: set)
        }
        try MadeRecord(name: "r1", symbols: Array("NN")).write(to: folder, below: "records/more")
        #expect(throws: RenderingError.self) { try BeatRendering().write(records, to: set) }
        try folder.write("set/file", "")
        #expect(throws: OutputFolderError.notEmpty(path: set, entries: 1)) {
            try BeatRendering().write("\(records)/more", to: set)
        }
        try folder.write("records/more/r1.dat", Data([1, 2]))
        #expect(throws: WFDBError.self) { try BeatRendering().write("\(records)/more", to: set + "2") }
    }

    @Test func `symbols have their AAMI classes`() {
        let classes = ["N": "NLRBejn", "S": "AaJS", "V": "VEr", "F": "F", "Q": "/fQ?"]
        for (code, symbols) in classes {
            for symbol in symbols { #expect(AAMIBeat.code(ofSymbol: String(symbol)) == code) }
        }
        for symbol in ["+", "~", "|", "\"", "!", "[", "]", "x", "[41]"] {
            #expect(AAMIBeat.code(ofSymbol: symbol) == nil)
        }
    }
}
