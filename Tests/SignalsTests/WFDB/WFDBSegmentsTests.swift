import Foundation
import Signals
import Testing

@Suite struct WFDBSegmentsTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Writes a segment of format 80 with the gain 1; the sample of a byte is that minus 128.
    private func segment(_ name: String, _ signals: [String], _ bytes: [UInt8], rate: String = "100") throws {
        _ = try scratch.file("\(name).dat", bytes)
        let lines = signals.map { "\(name).dat 80 \($0)\n" }.joined()
        _ = try scratch.file(
            "\(name).hea", Data("\(name) \(signals.count) \(rate) \(bytes.count / signals.count)\n\(lines)".utf8))
    }

    private func record(_ text: String) throws -> String { try scratch.file("r.hea", Data(text.utf8)) }

    @Test func `a gap in a fixed layout is NaN, and a segment may come twice`() throws {
        try segment("a", ["1/mV 8 0 0 0 0 I", "1000/uV 8 0 0 0 0 II"], [129, 130, 131, 132])
        let path = try record("r/4 2 100 7\na 2\n~ 2\na 1\na 2\n")
        let recording = try WFDBRecord(path).recording
        #expect(recording.leads.map(\.name) == ["I", "II"])
        #expect(recording.leads[0].samples.map { $0.isNaN ? 99 : $0 } == [1, 3, 99, 99, 1, 1, 3])
        #expect(recording.leads[1].samples.map { $0.isNaN ? 99 : $0 } == [2e-6, 4e-6, 99, 99, 2e-6, 2e-6, 4e-6])
    }

    @Test func `leads of a variable layout are found by name, with the units of each segment`() throws {
        _ = try scratch.file(
            "layout.hea",
            Data("layout 3 100 0\n~ 0 1/mV 0 0 0 0 0 II\n~ 0 1/mV 0 0 0 0 0 II\n~ 0 1/NU 0 0 0 0 0 P\n".utf8))
        try segment("a", ["1/NU 8 0 0 0 0 P", "1/mV 8 0 0 0 0 II"], [0, 129, 0, 130])
        try segment("b", ["1/mV 8 0 0 0 0 II", "1/uV 8 0 0 0 0 II", "1/mV 8 0 0 0 0 new"], [131, 132, 133])
        let record = try WFDBRecord(record("r/4 3 100 4\nlayout 0\na 2\n~ 1\nb 1\n"))
        #expect(record.recording.leads.map(\.name) == ["II", "II"] && record.otherSignals == ["P"])
        #expect(record.recording.leads[0].samples.map { $0.isNaN ? 99 : $0 } == [1, 2, 99, 3])
        #expect(record.recording.leads[1].samples.map { $0.isNaN ? 99 : $0 } == [99, 99, 99, 0.004])
    }

    @Test(
        arguments: [
            ("r/1 2 100\nr 2\n", "r.hea: segment 'r' has segments of its own"),
            ("r/1 2 100\nnested 2\n", "r.hea: segment 'nested' has segments of its own"),
            ("r/1 2 100\nnone 2\n", "none.hea: there is no such file."),
            ("r/1 3 100\na 2\n", "r.hea: segment 'a' has 2 signals, expected 3"),
            ("r/1 2 100\na 3\n", "r.hea: segment 'a' has 2 samples of each signal, expected 3"),
            ("r/2 2 100\na 2\none 1\n", "r.hea: segment 'one' has 1 signals, expected 2"),
            ("r/1 2 99\na 2\n", "r.hea: segment 'a' has a sampling rate of 100.0 Hz, expected 99.0 Hz"),
            ("r/2 2 100\na 2\nother 1\n", "r.hea: segment 'other' has II in NU, expected mV as in the first"),
            ("r/2 2 100\na 2\nfine 1\n", "r.hea: segment 'fine' has 2 samples per frame of II, expected 1"),
            ("r/2 2 100\n~ 2\n~ 2\n", "r.hea: the record has no samples."),
            ("r/1 2 100\n~ 0\n", "r.hea: the record has no samples."),
            ("r/2 1 100\nlayout 0\n~ 0\n", "r.hea: the record has no samples."),
        ])
    func `segments that do not match are refused in a sentence`(_ text: String, _ sentence: String) throws {
        try segment("a", ["1/mV 8 0 0 0 0 I", "1/mV 8 0 0 0 0 II"], [129, 130, 131, 132])
        try segment("one", ["1/mV"], [129])
        try segment("other", ["1/mV 8 0 0 0 0 I", "1/NU 8 0 0 0 0 II"], [129, 130])
        _ = try scratch.file("fine.dat", [1, 2, 3] as [UInt8])
        _ = try scratch.file("fine.hea", Data("fine 2 100 1\nfine.dat 80\nfine.dat 80x2 1 8 0 0 0 0 II\n".utf8))
        _ = try scratch.file("nested.hea", Data("nested/1 2 100\nr 2\n".utf8))
        _ = try scratch.file("layout.hea", Data("layout 1 100 0\n~ 0 1/mV 0 0 0 0 0 II\n".utf8))
        let path = try record(text)
        let error = #expect(throws: (any Error).self) { try WFDBRecord(path) }
        let found = error.map { "\($0)" } ?? ""
        #expect(found.hasPrefix("\(scratch.path)/\(sentence)"), "\(found)")
    }

    @Test func `a checksum is verified in every segment that is read whole`() throws {
        try segment("a", ["1/mV 8 0 0 7 0 I"], [129, 130])
        let path = try record("r/2 1 100\na 1\na 1\n")
        #expect(try WFDBRecord(path).recording.leads[0].samples == [1, 1])
        let whole = try record("r/2 1 100\na 1\na 2\n")
        #expect(throws: WFDBError.checksum(path: "\(scratch.path)/a.dat", signal: "I", expected: 7, found: 3)) {
            try WFDBRecord(whole)
        }
    }
}
