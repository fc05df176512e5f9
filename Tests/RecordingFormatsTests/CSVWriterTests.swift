import Foundation
import RecordingFormats
import Signals
import TestSupport
import Testing

struct CSVWriterTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `a short recording gives these lines`() throws {
        let recording = Recording(
            samplingRate: 250,
            leads: [.init(name: "I", samples: [0.1, -1]), .init(name: "a,b", samples: [.nan, 2e-7])])
        try CSVWriter.write(recording, to: scratch("x.csv"))
        #expect(try scratch.text("x.csv") == "time_s,I_mV,\"a,b_mV\"\n0.0,0.1,\n0.004,-1.0,2e-07\n")
        let back = try RecordingFile(scratch("x.csv")).recording
        #expect(back.leads.map(\.name) == ["I", "a,b"] && back.samplingRate == 250)
        #expect(back.leads[0].samples == [0.1, -1] && back.leads[1].samples[0].isNaN)
    }

    @Test(arguments: [100, 128.5, 250, 360, 500, 1000, 257.234])
    func `every sample and the rate read back the same`(_ rate: Double) throws {
        let recording = Recording(
            samplingRate: rate,
            leads: SampleECG.recording.leads.map { lead in
                .init(name: lead.name, samples: lead.samples.map { $0 / 3 })
            })
        try CSVWriter.write(recording, to: scratch("x.csv"))
        #expect(try RecordingFile(scratch("x.csv")).recording == recording)
    }

    @Test func `a full disk leaves no file`() throws {
        #expect(throws: (any Error).self) { try CSVWriter.write(SampleECG.recording, to: "/no/such/folder/x.csv") }
        #expect(throws: (any Error).self) { try CSVWriter.write(SampleECG.recording, to: scratch("no/x.csv")) }
        #expect(scratch.everything().isEmpty)
    }
}
