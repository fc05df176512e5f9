import Files
import Foundation
import Signals
import Testing

@Suite struct WFDBRecordTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    @Test(arguments: try WFDBFixtures.read().records.keys.sorted())
    func `a record is read as the wfdb package reads it`(_ name: String) throws {
        let expected = try #require(WFDBFixtures.read().records[name])
        let record = try WFDBRecord(WFDBFixtures.path(name))
        let same = try WFDBRecord(WFDBFixtures.path("\(name).hea"))
        #expect(same.header == record.header && WFDBDigest.of(same.recording) == WFDBDigest.of(record.recording))
        #expect(record.recording.samplingRate == expected.rate)
        #expect(record.recording.leads.map(\.name) == expected.names)
        for (lead, samples) in zip(record.recording.leads, expected.samples) {
            #expect(lead.samples.count == samples.count)
            for (found, wanted) in zip(lead.samples, samples) {
                #expect(found == wanted.map { Float($0) } || found.isNaN && wanted == nil, "\(lead.name)")
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

    @Test func `fields that a header leaves out have their standard values`() throws {
        _ = try scratch.file("r.dat", [200, 0, 0, 128, 56, 255] as [UInt8])
        let header = try scratch.file("r.hea", Data("r 1\nr.dat 16\n".utf8))
        let record = try WFDBRecord(header)
        #expect(record.header.frameCount == nil)
        #expect(record.header.signals[0].isCalibrated == false)
        #expect(record.recording.samplingRate == 250)
        #expect(record.recording.leads[0].name == "r.dat")
        #expect(record.recording.leads[0].samples[0] == 1)
        #expect(record.recording.leads[0].samples[1].isNaN)
        #expect(record.recording.leads[0].samples[2] == -1)
    }

    @Test func `signals that are no voltage are named and left out`() throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4, 5, 6, 7, 8] as [UInt8])
        let header = try scratch.file(
            "r.hea", Data("r 2 100 4\nr.dat 80 1/mmHg 8 0 0 -496 0 ABP\nr.dat 80 1/mV 8 0 0 -492 0 II\n".utf8))
        let record = try WFDBRecord(header)
        #expect(record.recording.leads == [.init(name: "II", samples: [-126, -124, -122, -120])])
        #expect(record.otherSignals == ["ABP"])
        _ = try scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1/mmHg\n".utf8))
        #expect(throws: WFDBError.noVoltage(path: header, units: ["mmHg"])) { try WFDBRecord(header) }
        _ = try scratch.file("r.hea", Data("r 0 100 4\n".utf8))
        #expect(throws: WFDBError.noVoltage(path: header, units: [])) { try WFDBRecord(header) }
    }

    @Test func `a wrong checksum is an error, and 0 is none`() throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4] as [UInt8])
        let header = try scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1/mV 8 0 0 9 0 II\n".utf8))
        #expect(throws: WFDBError.checksum(path: "\(scratch.path)/r.dat", signal: "II", expected: 9, found: -502)) {
            try WFDBRecord(header)
        }
        // 65034 is −502 in 16 bits.
        for checksum in ["0", "-502", "65034"] {
            _ = try scratch.file("r.hea", Data("r 1 100 4\nr.dat 80 1/mV 8 0 0 \(checksum) 0 II\n".utf8))
            #expect(try WFDBRecord(header).recording.leads[0].samples == [-127, -126, -125, -124])
        }
    }

    @Test func `signals without samples are gaps`() throws {
        _ = try scratch.file("r.dat", [129, 130] as [UInt8])
        let header = try scratch.file("r.hea", Data("r 2 100 2\n~ 0 1/mV 0 0 0 0 0 I\nr.dat 80 1/mV\n".utf8))
        let leads = try WFDBRecord(header).recording.leads
        #expect(leads[0].name == "I" && leads[0].samples.allSatisfy(\.isNaN))
        #expect(leads[1].samples == [1, 2])
    }

    @Test func `a record with more samples than wanted is refused before memory is taken`() throws {
        // A signal without samples may have any length.
        let header = try scratch.file("r.hea", Data("r 1 100 \(1 << 40)\n~ 0 1/mV\n".utf8))
        #expect(throws: WFDBError.tooLarge(path: header, samples: 1 << 40, limit: 1 << 28)) { try WFDBRecord(header) }
        _ = try scratch.file("r.hea", Data("r 2 100 500\n~ 0\n~ 0\n".utf8))
        #expect(throws: WFDBError.tooLarge(path: header, samples: 1000, limit: 999)) {
            try WFDBRecord(header, sampleLimit: 999)
        }
        #expect(try WFDBRecord(header, sampleLimit: 1000).recording.sampleCount == 500)
    }

    @Test func `extreme rates and numbers of leads are read`() throws {
        _ = try scratch.file("r.dat", [129, 130] as [UInt8])
        for rate in ["1", "1000000", "0.5"] {
            let header = try scratch.file("r.hea", Data("r 1 \(rate) 2\nr.dat 80 1\n".utf8))
            #expect(try WFDBRecord(header).recording.samplingRate == Double(rate))
        }
        _ = try scratch.file("many.dat", (0 ..< 200).map { UInt8($0) })
        let lines = (0 ..< 100).map { "many.dat 80 1/mV 8 0 0 0 0 lead \($0)\n" }.joined()
        let header = try scratch.file("r.hea", Data("r 100 500 2\n\(lines)".utf8))
        let leads = try WFDBRecord(header).recording.leads
        #expect(leads.count == 100)
        #expect(leads[99] == .init(name: "lead 99", samples: [99 - 128, 199 - 128]))
    }

    @Test(
        arguments: [
            ("r 1 360 9\nr.dat 16\n", "r.dat: the file has 6 bytes, expected at least 18."),
            ("r 1 360 1099511627776\nr.dat 16\n", "r.dat: the file has 6 bytes, expected at least 2199023255552."),
            ("r 1 360\nr.dat 16+6\n", "r.dat: the record has no samples."),
            ("r 1 360 1\nr.dat 16+99\n", "r.dat: the file has 6 bytes, expected at least 101."),
            ("r 1 360\nnone.dat 16\n", "none.dat: there is no such file."),
            ("r 1 360\nr.dat 516\n", "r.dat: found invalid FLAC data"),
            ("r 2 360\nr.dat 16\nr.dat 212\n", "r.hea: more than one format in r.dat is not supported."),
            ("r 2 360\nr.dat 16+2\nr.dat 16+3\n", "r.hea: more than one byte offset in r.dat is not supported."),
            (
                "r 3 360\nr.dat 16\nother 16\nr.dat 16\n",
                "r.hea: a list that mentions r.dat in two places is not supported."
            ),
        ])
    func `signal files that do not match the header are refused in a sentence`(
        _ text: String, _ sentence: String
    ) throws {
        _ = try scratch.file("r.dat", [1, 2, 3, 4, 5, 6] as [UInt8])
        let header = try scratch.file("r.hea", Data(text.utf8))
        let error = #expect(throws: (any Error).self) { try WFDBRecord(header) }
        let found = error.map { "\($0)" } ?? ""
        #expect(found.hasPrefix("\(scratch.path)/\(sentence)"), "\(found)")
    }

    @Test(arguments: WFDBSignalFormat.allCases.filter { $0 != .null })
    func `a damaged record gives a sentence or other samples, never a crash`(_ format: WFDBSignalFormat) throws {
        let name = "format\(format.rawValue)"
        let bytes = try ["hea", "dat"].map {
            try Data(contentsOf: URL(fileURLWithPath: WFDBFixtures.path("\(name).\($0)")))
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
