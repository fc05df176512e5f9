import Files
import Foundation
import LinearAlgebra
import Testing

@testable import Signals

@Suite struct WFDBRecordWriterTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    /// Leads of a few mV, one with a gap, one with an offset, one without any sample.
    private func recording(rate: Double = 500, count: Int = 501) -> Recording {
        var generator = SeededGenerator(seed: 4, purpose: "recording")
        func samples(_ scale: Float, _ offset: Float = 0) -> [Float] {
            (0 ..< count).map { _ in offset + scale * Float.random(in: -1 ... 1, using: &generator) }
        }
        var gap = samples(0.02)
        gap.replaceSubrange(100 ..< 150, with: repeatElement(.nan, count: 50))
        return Recording(
            samplingRate: rate,
            leads: [
                .init(name: "I", samples: samples(2.3)), .init(name: "lead II", samples: gap),
                .init(name: "V1", samples: samples(1.5, 280)),
                .init(name: "V2", samples: Array(repeating: .nan, count: count)),
                .init(name: "V3", samples: Array(repeating: -0.25, count: count)),
            ])
    }

    private static let formats = WFDBSignalFormat.allCases.filter(\.canBeWritten)

    @Test(arguments: formats)
    func `a written record is read back to within half an ADC unit`(_ format: WFDBSignalFormat) throws {
        let recording = recording()
        try WFDBRecordWriter(format: format).write(recording, to: "\(scratch.path)/r")
        let read = try WFDBRecord("\(scratch.path)/r")
        #expect(read.recording.samplingRate == 500)
        #expect(read.recording.leads.map(\.name) == recording.leads.map(\.name))
        for ((found, lead), signal) in zip(zip(read.recording.leads, recording.leads), read.header.signals) {
            for (found, wanted) in zip(found.samples, lead.samples) {
                // And the rounding of the sample itself.
                let tolerance = 0.5 / Float(signal.gain) + 2e-7 * abs(wanted)
                #expect(abs(found - wanted) <= tolerance || found.isNaN && wanted.isNaN, "\(lead.name)")
            }
        }
        // Between a fifth and all of the range.
        let range = Double(1 << (format.bits - 1))
        let first = read.header.signals[0].gain * 2.3
        #expect(first < range && (first > range / 6 || read.header.signals[0].gain == 1e6))
    }

    @Test func `a gain that is given is used, and samples outside its range are refused`() throws {
        let lead = Recording.Lead(name: "I", samples: [1.0004, -32.767, 32.767, .nan])
        let path = "\(scratch.path)/r"
        try WFDBRecordWriter(gain: 1000).write(Recording(samplingRate: 250, leads: [lead]), to: path)
        let read = try WFDBRecord(path)
        #expect(read.header.signals[0].gain == 1000 && read.header.signals[0].baseline == 0)
        #expect(read.recording.leads[0].samples.dropLast() == [1, -32.767, 32.767])
        #expect(read.recording.leads[0].samples[3].isNaN)
        for (value, format) in [
            (Float(-32.768), WFDBSignalFormat.bits16), (32.768, .bits16), (.infinity, .bits32), (2.048, .packed12),
        ] {
            let recording = Recording(samplingRate: 250, leads: [.init(name: "I", samples: [value])])
            #expect(
                throws: WFDBError.outOfRange(
                    path: path, lead: "I", millivolts: value, format: format.rawValue, gain: 1000)
            ) { try WFDBRecordWriter(format: format, gain: 1000).write(recording, to: path) }
        }
        // The record from before is still there.
        #expect(try WFDBRecord(path).header == read.header)
    }

    @Test func `patient, comments and start are in the header`() throws {
        var writer = WFDBRecordWriter()
        writer.patient = Patient(age: 56, sex: .male, diagnoses: ["426783006"])
        writer.comments = ["made for a test"]
        writer.start = DateComponents(year: 2024, month: 2, day: 3, hour: 4, minute: 5, second: 6)
        try writer.write(recording(), to: "\(scratch.path)/r")
        let read = try WFDBRecord("\(scratch.path)/r")
        #expect(read.patient == writer.patient)
        #expect(read.header.comments == ["Age: 56", "Sex: Male", "Dx: 426783006", "made for a test"])
        writer.start?.nanosecond = 0
        #expect(read.header.start == writer.start)
        writer.start = DateComponents(year: 2024, month: 2, day: 3)
        try writer.write(recording(), to: "\(scratch.path)/r")
        #expect(try WFDBRecord("\(scratch.path)/r").header.baseDate == writer.start)
    }

    @Test func `values that no ECG has are stored or refused`() throws {
        let path = "\(scratch.path)/r"
        for value in [Float.greatestFiniteMagnitude, 1e12] {
            let recording = Recording(samplingRate: 1, leads: [.init(name: "I", samples: [value, 0])])
            #expect(throws: WFDBError.self) { try WFDBRecordWriter().write(recording, to: path) }
        }
        let tiny = Recording(samplingRate: 1e6, leads: [.init(name: "", samples: [.leastNonzeroMagnitude, 3e6])])
        try WFDBRecordWriter().write(tiny, to: path)
        #expect(try WFDBRecord(path).recording.leads[0].samples == [0, 3e6])
        let fast = Recording(samplingRate: 2e6, leads: tiny.leads)
        #expect(throws: WFDBError.self) { try WFDBRecordWriter().write(fast, to: path) }
    }

    @Test(arguments: ["my record", "r.1", "", "réc", ".."])
    func `a name that WFDB programs cannot read is refused`(_ name: String) throws {
        #expect(throws: WFDBError.name(path: "\(scratch.path)/\(name)", found: name)) {
            try WFDBRecordWriter().write(recording(), to: "\(scratch.path)/\(name)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
    }

    @Test func `a folder that cannot be written gives an error and no file`() throws {
        #expect(throws: FileError.self) { try WFDBRecordWriter().write(recording(), to: "\(scratch.path)/none/r") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == [])
    }

    @Test(.enabled(if: WFDBPython.isPresent, "\(WFDBPython.absence)"))
    func `the wfdb package reads the records that were written`() throws {
        var writer = WFDBRecordWriter()
        writer.patient = Patient(age: 56, sex: .female)
        writer.start = DateComponents(year: 2024, month: 2, day: 3, hour: 4, minute: 5, second: 6)
        for format in Self.formats {
            writer.format = format
            try writer.write(recording(rate: 62.4725), to: "\(scratch.path)/format\(format.rawValue)")
        }
        let found = try WFDBPython.read(scratch.path)
        #expect(found.count == Self.formats.count)
        for found in found {
            let read = try WFDBRecord("\(scratch.path)/\(found.file)")
            #expect(found.rate == 62.4725 && found.count == 501, "\(found.file)")
            #expect(found.names == read.recording.leads.map(\.name))
            #expect(found.comments == ["Age: 56", "Sex: Female"])
            #expect(found.start == "2024-02-03 04:05:06")
            #expect(found.digest == WFDBDigest.of(read.recording), "\(found.file)")
        }
    }
}
