import Files
import Foundation
import Signals
import Testing

@Suite struct WFDBAnnotationsTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test func `annotations are read as the wfdb package reads them`() throws {
        let expected = try WFDBFixtures.read().marks
        let found = try WFDBAnnotations.read("\(WFDBFixtures.folder)/marks.atr", samplingRate: 360)
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
        let path = "\(WFDBFixtures.folder)/finer.atr"
        let fine = try WFDBAnnotations.read(path, samplingRate: 500)
        #expect(fine.map(\.sample) == [5, 40, 900, 1000, 5000, 300_000, 300_001])
        #expect(fine.allSatisfy { $0.symbol == "N" })
        #expect(
            try WFDBAnnotations.read(path, samplingRate: 250).map(\.sample) == [
                3, 20, 450, 500, 2500, 150_000, 150_001,
            ])
    }

    /// N after 18 samples, then a V 66,000 samples later through a skip, with subtype −1 and the text “x”.
    @Test func `a file by hand`() throws {
        let bytes: [UInt8] = [
            18, 1 << 2, 0, 59 << 2, 1, 0, 0xD0, 0x01, 0, 5 << 2, 0xFF, 61 << 2 | 3, 1, 63 << 2, 0x78, 0, 0, 0,
        ]
        let found = try WFDBAnnotations.read(scratch.file("a.atr", bytes), samplingRate: 360)
        #expect(
            found == [
                WFDBAnnotation(sample: 18, code: 1), WFDBAnnotation(sample: 66_018, code: 5, subtype: -1, text: "x"),
            ])
    }

    @Test func `a damaged file gives a sentence, and one that is cut off always does`() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(WFDBFixtures.folder)/marks.atr"))
        for place in bytes.indices {
            let cut = try scratch.file("a.atr", bytes.prefix(place))
            #expect(throws: WFDBError.self) { try WFDBAnnotations.read(cut, samplingRate: 360) }
            for bit in 0 ..< 8 {
                var flipped = bytes
                flipped[place] ^= 1 << UInt8(bit)
                let path = try scratch.file("a.atr", flipped)
                do {
                    _ = try WFDBAnnotations.read(path, samplingRate: 360)
                } catch {
                    #expect("\(error)".hasPrefix("\(path): byte "))
                }
            }
        }
        #expect(throws: FileError.self) {
            try WFDBAnnotations.read("\(scratch.path)/none.atr", samplingRate: 360)
        }
    }
}
