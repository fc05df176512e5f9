import Files
import Foundation
import Imaging
import LinearAlgebra
import PageDrawing
import Signals
import TestSupport
import Testing

@testable import Datasets

@Suite struct PageSetTests {
    private let folder: Scratch

    init() throws { folder = try Scratch() }

    private var set: String { "\(folder.path)/set" }
    private var records: String { "\(folder.path)/records" }

    private func content(of set: String) throws -> [String: Data] {
        Dictionary(
            uniqueKeysWithValues: try FileManager.default.contentsOfDirectory(atPath: set).map {
                ($0, try Data(contentsOf: URL(fileURLWithPath: "\(set)/\($0)")))
            })
    }

    @Test func `each record gives picture, truth, record and a row of the manifest`() throws {
        try MadeRecord(name: "r1", symbols: Array("NNVNLA")).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("NV+NF")).write(to: folder, annotated: false)
        var pages = PageSet()
        pages.dpi = 60
        try pages.write(PageSet.items(of: records), to: set)
        let names = try FileManager.default.contentsOfDirectory(atPath: set).sorted()
        #expect(
            names == ["manifest.csv"]
                + ["r1", "r2"].flatMap { name in ["dat", "hea", "json", "png"].map { "\(name).\($0)" } })
        let table = try CSVTable(contentsOf: "\(set)/manifest.csv")
        #expect(table.header.prefix(5).elementsEqual(["path", "labels", "group", "fold", "record"]))
        #expect(table.rows.map { $0.fields[0] } == ["r1.png", "r2.png"])
        #expect(table.rows.map { $0.fields[6] } == ["strip", "strip"], "two leads fit strips only")

        let truth = try PageTruth(json: try folder.data("set/r1.json"))
        let drawn = try WFDBRecord("\(set)/r1").recording
        let original = try WFDBRecord("\(records)/r1").recording
        #expect(drawn.sampleCount == original.sampleCount && drawn.samplingRate == 250)
        let page = try Page(contentsOf: "\(set)/r1.png")
        #expect(page.width == truth.widthPx && page.height == truth.heightPx)
        #expect(truth.leads.allSatisfy { lead in drawn.lead(named: lead.name) != nil })
    }

    @Test func `pages of a data set have its labels, groups and folds`() throws {
        try MadeRecord(name: "r1", symbols: Array("NNVNLA")).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("NV+NF")).write(to: folder)
        try folder.write("records/manifest.csv", "path,labels,group,fold\nr2,V|F,p9,3\nr1.hea,N,,\n")
        var pages = PageSet()
        pages.dpi = 50
        try pages.write(PageSet.items(of: Dataset(contentsOf: records)), to: set)
        let table = try CSVTable(contentsOf: "\(set)/manifest.csv")
        #expect(
            table.rows.map { Array($0.fields.prefix(5)) } == [
                ["r2.png", "V|F", "p9", "3", "r2"], ["r1.png", "N", "r1", "", "r1"],
            ])
    }

    @Test func `a long record gives several pages of ten seconds`() throws {
        try MadeRecord(name: "long", symbols: Array(repeating: "N", count: 38)).write(to: folder)
        let items = try PageSet.items(of: records, perRecord: 5)
        // 32 s: the last two seconds are less than half a page.
        #expect(items.map(\.name) == ["long-1", "long-2", "long-3"])
        let whole = try WFDBRecord("\(records)/long").recording
        let second = try items[1].recording().0
        #expect(second.sampleCount == 2500)
        #expect(second.leads[0].samples.elementsEqual(whole.leads[0].samples[2500 ..< 5000]))
    }

    @Test func `neither threads nor other items change a page, and a seed does`() throws {
        var pages = PageSet()
        (pages.dpi, pages.seed) = (50, 3)
        pages.layout = try DrawingLayout("strip")
        try MadeRecord(name: "r1", symbols: Array("NNVN")).write(to: folder)
        try MadeRecord(name: "r2", symbols: Array("NVNN")).write(to: folder)
        let items = try PageSet.items(of: records)
        try pages.write(items, to: set, workers: Workers(count: 1))
        try pages.write(items, to: "\(folder.path)/again", workers: Workers(count: 3))
        let one = try content(of: set)
        #expect(try content(of: "\(folder.path)/again") == one)
        pages.seed = 4
        try pages.write(Array(items.prefix(1)), to: "\(folder.path)/other")
        #expect(try content(of: "\(folder.path)/other")["r1.json"] != one["r1.json"])
    }

    @Test func `the manifest lists the kinds of degradation`() throws {
        try MadeRecord(name: "r1", symbols: Array("NNVN")).write(to: folder)
        var pages = PageSet()
        pages.level = .light
        try pages.write(PageSet.items(of: records), to: set)
        let row = try #require(CSVTable(contentsOf: "\(set)/manifest.csv").rows.first)
        let truth = try PageTruth(json: try folder.data("set/r1.json"))
        let kinds = try #require(truth.degradation).kinds.map(\.rawValue)
        #expect(kinds.count >= 2 && row.fields[11] == kinds.joined(separator: "|"))
        #expect(row.fields[10] == "\(Int(truth.dpi))")
    }

    @Test func `nothing is left of a set that cannot be drawn`() throws {
        try MadeRecord(name: "r1", symbols: Array("NNVN")).write(to: folder)
        var pages = PageSet()
        pages.layout = try DrawingLayout("3x4")
        let reason = PageDrawingError.missingLead("I", layout: "3x4", found: ["MLII", "V1"])
        #expect(throws: RenderingError.cannotDraw(record: "r1", reason: "\(reason)")) {
            try pages.write(PageSet.items(of: records), to: set)
        }
        #expect(!FileManager.default.fileExists(atPath: set))
        #expect(throws: RenderingError.noRecords(source: set)) { try PageSet.items(of: set) }
    }
}
