import Files
import Foundation
import Signals
import Testing

@Suite struct WFDBRecordTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test(arguments: WFDBSignalFormat.allCases)
    func `a record of every format is read as the wfdb package reads it`(_ format: WFDBSignalFormat) throws {
        let name = "format\(format.rawValue)"
        let expected = try #require(WFDBFixtures.read().records[name])
        let record = try WFDBRecord("\(WFDBFixtures.folder)/\(name)")
        #expect(try WFDBRecord("\(WFDBFixtures.folder)/\(name).hea").header == record.header)
        #expect(record.header.comments == ["made for a test"])
        #expect(record.recording.samplingRate == expected.rate)
        #expect(record.recording.leads.map(\.name) == expected.names)
        #expect(record.otherSignals == [])
        for (lead, samples) in zip(record.recording.leads, expected.samples) {
            #expect(lead.samples.count == samples.count)
            for (found, wanted) in zip(lead.samples, samples) {
                if let wanted {
                    // One rounding to Float, after arithmetic in Double that may differ in its order.
                    #expect(abs(Double(found) - wanted) <= abs(wanted) * 1e-7)
                } else {
                    #expect(found.isNaN)
                }
            }
        }
    }

    /// Two samples in three bytes: 0x123 and −2, with gain 100 and baseline 1.
    @Test func `a packed record by hand`() throws {
        _ = try scratch.file("r.dat", [0x23, 0xF1, 0xFE])
        let header = try scratch.file(
            "r.hea", Data("# first\nr 1 500 2\nr.dat 212 100(1) 12 0 291 289 0 my lead\n".utf8))
        let record = try WFDBRecord(header)
        #expect(
            record.recording == Recording(samplingRate: 500, leads: [.init(name: "my lead", samples: [2.9, -0.03])]))
        #expect(record.recording.duration == 0.004)
    }

    @Test func `what a header leaves out has its standard value`() throws {
        _ = try scratch.file("r.dat", [200, 0, 0, 128, 56, 255] as [UInt8])
        let header = try scratch.file("r.hea", Data("r 1\nr.dat 16\n".utf8))
        let record = try WFDBRecord(header)
        #expect(record.header.sampleCount == nil)
        #expect(record.recording.samplingRate == 250)
        #expect(record.recording.leads[0].name == "r.dat")
        #expect(record.recording.leads[0].samples[0] == 1)
        #expect(record.recording.leads[0].samples[1].isNaN)
        #expect(record.recording.leads[0].samples[2] == -1)
    }

    @Test func `signals that are no voltage are named and left out`() throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4, 5, 6, 7, 8] as [UInt8])
        let header = try scratch.file(
            "r.hea", Data("r 2 100 4\nr.dat 80 1/mmHg 8 0\nr.dat 80 1/mV 8 0 0 0 0 II\n".utf8))
        // 8 samples; the checksum 0 of the second is wrong.
        #expect(throws: WFDBError.checksum(path: "\(scratch.path)/r.dat", signal: "II", expected: 0, found: -492)) {
            try WFDBRecord(header)
        }
        _ = try scratch.file(
            "r.hea", Data("r 2 100 4\nr.dat 80 1/mmHg 8 0 0 -496 0 ABP\nr.dat 80 1/mV 8 0 0 -492 0 II\n".utf8))
        let record = try WFDBRecord(header)
        #expect(record.recording.leads == [.init(name: "II", samples: [-126, -124, -122, -120])])
        #expect(record.otherSignals == ["ABP"])
        _ = try scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1/mmHg\n".utf8))
        #expect(throws: WFDBError.noVoltage(path: header, units: ["mmHg"])) { try WFDBRecord(header) }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let header: String
        let sentence: String
        var testDescription: String { header }
    }

    @Test(arguments: [
        Refusal(header: "", sentence: "r.hea: the WFDB header has no record line"),
        Refusal(header: "r/3 1 360\n", sentence: "found a multi-segment record (r/3)"),
        Refusal(header: "r two 360\n", sentence: "line 1: found “two”, expected a number of signals from 1 to 256"),
        Refusal(header: "r 1 0\nr.dat 16\n", sentence: "line 1: found “0”, expected a sampling rate in Hz"),
        Refusal(header: "r 1 nan\nr.dat 16\n", sentence: "found “nan”, expected a sampling rate in Hz"),
        Refusal(header: "r 1 360 -4\nr.dat 16\n", sentence: "found “-4”, expected a number of samples"),
        Refusal(header: "r 2 360\nr.dat 16\n", sentence: "found 1 of 2 signal lines"),
        Refusal(header: "r 1 360\n../r.dat 16\n", sentence: "found “../r.dat”"),
        Refusal(header: "r 1 360\n- 16\n", sentence: "expected a file in the folder of the header"),
        Refusal(header: "r 1 360\nr.dat\n", sentence: "line 2: found “”, expected the format of r.dat"),
        Refusal(header: "r 1 360\nr.dat 508\n", sentence: "found format 508"),
        Refusal(header: "r 1 360\nr.dat 16x4\n", sentence: "Expected one sampling rate for all signals"),
        Refusal(header: "r 1 360\nr.dat 16:3\n", sentence: "found a skew of 3 samples"),
        Refusal(header: "r 1 360\nr.dat 16 much/mV\n", sentence: "expected a gain in ADC units per mV"),
        Refusal(header: "r 1 360\nr.dat 16 200(x)/mV\n", sentence: "expected a whole-number baseline in parentheses"),
        Refusal(header: "r 1 360 9\nr.dat 16\n", sentence: "r.dat: found 6 of 18 bytes"),
        Refusal(header: "r 1 360 9223372036854775807\nr.dat 16\n", sentence: "samples; the limit is"),
        Refusal(header: "r 1 360\nnone.dat 16\n", sentence: "none.dat"),
        Refusal(header: "r 2 360\nr.dat 16\nr.dat 212\n", sentence: "Expected one format for each file"),
        Refusal(header: "r 1 360\nr.dat 16+99\n", sentence: "r.dat: found 6 of 100 bytes"),
    ])
    func `a header that does not fit is refused in a sentence`(_ refusal: Refusal) throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4, 5, 6] as [UInt8])
        let header = try scratch.file("r.hea", Data(refusal.header.utf8))
        do {
            _ = try WFDBRecord(header)
            Issue.record("read")
        } catch {
            #expect("\(error)".contains(refusal.sentence), "\(error)")
            #expect("\(error)".hasPrefix(scratch.path))
        }
    }

    @Test(arguments: WFDBSignalFormat.allCases)
    func `a damaged record gives a sentence or other samples, never a crash`(_ format: WFDBSignalFormat) throws {
        let name = "format\(format.rawValue)"
        let bytes = try ["hea", "dat"].map {
            try Data(contentsOf: URL(fileURLWithPath: "\(WFDBFixtures.folder)/\(name).\($0)"))
        }
        var outcomes = (read: 0, refused: 0)
        for (number, ending) in ["hea", "dat"].enumerated() {
            _ = try scratch.file("\(name).\(["dat", "hea"][number])", bytes[1 - number])
            for place in bytes[number].indices {
                var flipped = bytes[number]
                flipped[place] ^= 1 << UInt8(place % 8)
                for damaged in [bytes[number].prefix(place), flipped] {
                    _ = try scratch.file("\(name).\(ending)", damaged)
                    do {
                        _ = try WFDBRecord("\(scratch.path)/\(name)")
                        outcomes.read += 1
                    } catch {
                        #expect(error is WFDBError || error is FileError)
                        #expect("\(error)".hasPrefix(scratch.path))
                        outcomes.refused += 1
                    }
                    // One flipped bit of a sample changes its checksum, unless it is padding; a cut always shows.
                    if ending == "dat", damaged.count < bytes[number].count {
                        #expect(throws: WFDBError.self) { try WFDBRecord("\(scratch.path)/\(name)") }
                    }
                }
            }
        }
        #expect(outcomes.refused > outcomes.read)
    }
}
