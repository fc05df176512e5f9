import Files
import Foundation
import Signals
import Testing

@Suite struct WFDBAnnotationsTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func `annotations are read as the wfdb package reads them`() throws {
        let expected = try WFDBFixtures.read().marks
        let found = try WFDBAnnotations.read(WFDBFixtures.path("marks.atr"), samplingRate: 360)
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) {
            #expect(found.sample == expected.sample)
            #expect(found.symbol == expected.symbol)
            #expect(found.subtype == expected.subtype)
            #expect(found.channel == expected.channel)
            #expect(found.number == expected.number)
            #expect(found.text == expected.text)
        }
    }

    @Test func `times in units of the file become samples of the record`() throws {
        let path = WFDBFixtures.path("finer.atr")
        let fine = try WFDBAnnotations.read(path, samplingRate: 500)
        #expect(fine.map(\.sample) == [5, 40, 900, 1000, 5000, 300_000, 300_001])
        #expect(fine.allSatisfy { $0.symbol == "N" })
        #expect(
            try WFDBAnnotations.read(path, samplingRate: 250).map(\.sample) == [
                3, 20, 450, 500, 2500, 150_000, 150_001,
            ])
    }

    @Test func `codes that the file defines have its symbols`() throws {
        let file = try WFDBAnnotations(contentsOf: WFDBFixtures.path("own.atr"))
        #expect(file.timeResolution == 12.5)
        #expect(
            file.definitions == [
                42: .init(symbol: "@", description: "electrode off"), 43: .init(symbol: "=", description: "moved"),
            ])
        #expect(file.annotations.map(\.sample) == [0, 7, 9])
        #expect(file.annotations.map { file.symbol(of: $0.code) } == ["N", "@", "="])
        #expect(file.annotations(at: 25, unlessGiven: 1).map(\.sample) == [0, 14, 18])
    }

    @Test func `annotations of a record with several samples per frame have samples of its leads`() throws {
        let annotations = WFDBAnnotations([.init(sample: 3, code: 1), .init(sample: 11, code: 5)])
        for name in ["frames.hea", "frames.dat"] {
            try FileManager.default.copyItem(atPath: WFDBFixtures.path(name), toPath: "\(scratch.path)/\(name)")
        }
        try annotations.write(to: "\(scratch.path)/frames.atr")
        let path = "\(scratch.path)/frames.hea"
        let reader = try WFDBRecordReader(path)
        #expect(reader.samplingRate == 250 && reader.header.samplingRate == 62.5)
        #expect(try reader.annotations("atr", of: path).map(\.sample) == [12, 44])
    }

    @Test func `symbols and codes belong to each other`() {
        for code in 1 ... 41 {
            let symbol = WFDBAnnotation(sample: 0, code: code).symbol
            #expect(WFDBAnnotation.code(of: symbol) == (symbol.count == 1 ? code : nil))
        }
        #expect(WFDBAnnotation.code(of: "V") == 5)
        #expect(WFDBAnnotation(sample: 0, code: 42).symbol == "[42]")
    }

    @Test(arguments: ["../x y.atr", "none", "a.b.atr", "a.", ".atr", ""])
    func `a file name that WFDB programs cannot read is refused`(_ name: String) {
        #expect(throws: WFDBError.self) { try WFDBAnnotations([]).write(to: "\(scratch.path)/\(name)") }
        #expect((try? FileManager.default.contentsOfDirectory(atPath: scratch.path)) == [])
    }

    @Test func `a file that cannot be written stays as it was`() throws {
        try WFDBAnnotations([.init(sample: 1, code: 1)]).write(to: "\(scratch.path)/a.atr")
        let long = WFDBAnnotations([.init(sample: 7, code: 22, text: String(repeating: "é", count: 128))])
        #expect(
            throws: WFDBError.textTooLong(path: "\(scratch.path)/a.atr", sample: 7, bytes: 256, limit: 255)
        ) { try long.write(to: "\(scratch.path)/a.atr") }
        #expect(try WFDBAnnotations(contentsOf: "\(scratch.path)/a.atr").annotations.count == 1)
        #expect(throws: FileError.self) { try WFDBAnnotations([]).write(to: "\(scratch.path)/none/a.atr") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.atr"])
    }
}
