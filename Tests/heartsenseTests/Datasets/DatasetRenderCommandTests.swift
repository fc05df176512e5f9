import Foundation
import TestSupport
import Testing

struct DatasetRenderCommandTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    /// Writes a record of four beats N V N N at 250 Hz, 0.8 s apart.
    private func writeRecord(_ name: String) throws {
        let samples: [Int16] = (0 ..< 1200).map { (index: Int) -> Int16 in
            let phase = index % 200
            return Int16(phase < 20 ? 1000 - 50 * phase : index / 200 + index % 7)
        }
        try scratch.write("records/\(name).hea", "\(name) 1 250 1200\n\(name).dat 16 1000(0)/mV 16 0 1000\n")
        try scratch.write("records/\(name).dat", samples.withUnsafeBytes { Data($0) })
        let words: [UInt16] = [1 << 10, 5 << 10 | 200, 1 << 10 | 200, 1 << 10 | 200, 0]
        try scratch.write("records/\(name).atr", words.withUnsafeBytes { Data($0) })
    }

    @Test func `records are rendered as a set of beats, and its folds are selected as sets`() throws {
        try writeRecord("r1")
        try writeRecord("r2")
        let made = try scratch.heartsense("dataset", "render", "records", "--output", "set", "--folds", "2")
        #expect(made.status == 0 && made.output.hasPrefix("set: 8 samples, label space aami-beats 1"), "\(made)")
        let part = try scratch.heartsense("dataset", "select", "set", "--without-fold", "1", "--output", "part")
        #expect(part.status == 0 && part.output.hasPrefix("part: 4 samples"), "\(part)")
        #expect(try scratch.text("part/manifest.csv").contains("../set/r"))

        let one = try scratch.heartsense("dataset", "render", "records/r1.hea", "--output", "one", "--per-class", "1")
        #expect(one.status == 0 && one.output.hasPrefix("one: 2 samples"), "\(one)")
        #expect(one.errors.contains("There are fewer records than 4 folds"))
    }

    @Test func `invalid records and options give an error message`() throws {
        try writeRecord("r1")
        let again = try scratch.heartsense("dataset", "render", "records", "--output", "records")
        #expect(again.isSentence && again.errors.contains("already holds 3 entries"), "\(again)")
        let none = try scratch.heartsense("dataset", "render", "nowhere", "--output", "set")
        #expect(none.isSentence && none.errors.contains("nowhere: found no WFDB record"), "\(none)")
        let lead = try scratch.heartsense("dataset", "render", "records", "--output", "set", "--lead", "V9")
        #expect(lead.isSentence && lead.errors.contains("there is no lead V9. Found r1.dat"), "\(lead)")
        for arguments in [["--per-class", "0"], ["--folds", "0"]] {
            let usage = try scratch.heartsense(
                "dataset", "render", "records", "--output", "set", arguments[0], arguments[1])
            #expect(usage.status == 2 && usage.errors.contains(arguments[0]), "\(usage)")
        }
        let both = try scratch.heartsense(
            "dataset", "select", "set", "--fold", "1", "--without-fold", "2", "--output", "part")
        #expect(both.status == 2, "\(both)")
        try scratch.write("records/r1.dat", Data([1]))
        let short = try scratch.heartsense("dataset", "render", "records", "--output", "set")
        #expect(
            short.isSentence && short.errors.contains("r1.dat: the file has 1 bytes, expected at least 2400"),
            "\(short)")
    }
}
