import Files
import Foundation
import Testing

@testable import Signals

@Suite struct WFDBAnnotationDecodingTests {
    private func decode(_ bytes: [UInt8]) throws -> [WFDBAnnotation] {
        try WFDBAnnotations(parsing: Data(bytes), path: "a.atr").annotations
    }

    /// N after 18 samples, then a V 66,000 samples later through a skip, with subtype −1 and the text “x”.
    @Test func `a file by hand`() throws {
        let bytes: [UInt8] = [
            18, 1 << 2, 0, 59 << 2, 1, 0, 0xD0, 0x01, 0, 5 << 2, 0xFF, 61 << 2 | 3, 1, 63 << 2, 0x78, 0, 0, 0,
        ]
        #expect(
            try decode(bytes) == [
                WFDBAnnotation(sample: 18, code: 1), WFDBAnnotation(sample: 66_018, code: 5, subtype: -1, text: "x"),
            ])
    }

    @Test func `channel and number stay until they change, subtype and text do not`() throws {
        let bytes: [UInt8] = [
            1, 1 << 2, 3, 62 << 2, 0x80, 60 << 2, 1, 61 << 2, 1, 63 << 2, 0x61, 0, 1, 1 << 2, 1, 1 << 2, 0, 62 << 2, 0,
            0,
        ]
        #expect(
            try decode(bytes) == [
                WFDBAnnotation(sample: 1, code: 1, subtype: 1, channel: 3, number: -128, text: "a"),
                WFDBAnnotation(sample: 2, code: 1, channel: 3, number: -128),
                WFDBAnnotation(sample: 3, code: 1, channel: 0, number: -128),
            ])
    }

    @Test func `a text in Latin-1 is read`() throws {
        #expect(try decode([1, 22 << 2, 1, 63 << 2, 0xE9, 0, 0, 0])[0].text == "é")
        #expect(try decode([1, 22 << 2, 2, 63 << 2, 0xC3, 0xA9, 0, 0])[0].text == "é")
    }

    @Test(
        arguments: [
            ([], "a.atr byte 0: found the end of the file, expected an end mark."),
            ([1, 4], "a.atr byte 2: found the end of the file, expected an end mark."),
            ([1, 4, 0], "a.atr byte 2: found the end of the file, expected an end mark."),
            ([1, 50 << 2, 0, 0], "a.atr byte 0: found code 50, expected an annotation with a code from 1 to 49."),
            ([1, 63 << 2, 0, 0], "a.atr byte 0: found code 63, expected an annotation"),
            (
                [1, 4, 9, 63 << 2, 0x61, 0, 0, 0],
                "a.atr byte 4: found the end of the file, expected a text of 9 bytes."
            ),
            ([1, 4, 0, 63 << 2 | 1, 0, 0], "a.atr byte 4: found a text of 256 bytes, expected at most 255."),
            (
                [5, 4, 0, 59 << 2, 0xFF, 0xFF, 0xFE, 0xFF, 0, 4, 0, 0],
                "a.atr byte 2: found an annotation at sample 3, expected one at sample 5 or later."
            ),
            (
                [0, 59 << 2, 0xFF, 0xFF, 0xFE, 0xFF, 0, 4, 0, 0],
                "a.atr byte 0: found an annotation at sample -2, expected one at sample 0 or later."
            ),
        ] as [([UInt8], String)])
    func `a damaged file is refused in a sentence`(_ bytes: [UInt8], _ sentence: String) {
        let error = #expect(throws: WFDBError.self) { try decode(bytes) }
        #expect(error.map { "\($0)" }?.hasPrefix(sentence) == true, "\(error.map { "\($0)" } ?? "")")
    }

    @Test func `flipped bits give a sentence or other annotations, and a cut always a sentence`() throws {
        let scratch = try ScratchFolder()
        for name in ["marks.atr", "own.atr"] {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: WFDBFixtures.path(name)))
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
                        #expect("\(error)".hasPrefix("\(path) byte "))
                    }
                }
            }
        }
        #expect(throws: FileError.self) { try WFDBAnnotations.read("\(scratch.path)/none.atr", samplingRate: 360) }
    }
}
