import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite struct RecordFolderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func create(_ names: String...) throws {
        for name in names { try scratch.write(name, Data()) }
    }

    @Test func `records of a folder and its subfolders are in natural order, also behind a link`() throws {
        try create("data/10.hea", "data/9.hea", "data/9.dat", "data/part/1.hea")
        try FileManager.default.createSymbolicLink(atPath: scratch("link"), withDestinationPath: scratch("data"))
        let names = ["9", "10", "part/1"]
        for folder in ["data", "link"] {
            let path = scratch(folder)
            #expect(try RecordFolder.records(at: path) == names.map { "\(path)/\($0)" })
        }
    }

    @Test func `one record is named with or without the end of its header`() throws {
        try create("r.hea")
        let record = scratch("r")
        #expect(try RecordFolder.records(at: record) == [record])
        #expect(try RecordFolder.records(at: record + ".hea") == [record])
        #expect(RecordFolder.name(of: record) == "r")
    }

    @Test func `a folder without records, and a missing one, are refused`() throws {
        try create("data/1.dat")
        for name in ["data", "missing"] {
            let path = scratch(name)
            let error = #expect(throws: RenderingError.self) { try RecordFolder.records(at: path) }
            #expect(error?.description.hasPrefix("\(path): found no WFDB record.") == true)
        }
    }
}
