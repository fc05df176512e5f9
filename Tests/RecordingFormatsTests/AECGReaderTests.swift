import Foundation
import RecordingFormats
import Signals
import TestSupport
import Testing

struct AECGReaderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func read(_ text: String) throws -> Recording { try RecordingFile(scratch.write("x.xml", text)).recording }

    @Test func `sequence sets that follow each other leave gaps in the leads that they lack`() throws {
        let recording = try read(SampleECG.aECG(in: [[0, 1], [2, 3]], length: 250))
        #expect(recording.leads.map(\.name) == ["I", "II", "V1", "V2"])
        #expect(recording.sampleCount == 500)
        #expect(recording.leads[0].samples[..<250].elementsEqual(SampleECG.millivolts[0][..<250]))
        #expect(recording.leads[0].samples[250...].allSatisfy { $0.isNaN })
        #expect(recording.leads[2].samples[..<250].allSatisfy { $0.isNaN })
        #expect(recording.leads[2].samples[250...].elementsEqual(SampleECG.millivolts[2][250 ..< 500]))
    }

    @Test(arguments: [
        ("<increment value=\"0.004\" unit=\"s\"/>", "", "a sequence set without a time increment"),
        ("<digits>", "<digits>x ", "the sample 'x'"), ("</series>", "", "</component>"),
        ("<series>", "<other>", "</series>"),
    ])
    func `a damaged file is refused`(_ text: String, _ replacement: String, _ found: String) throws {
        let failure = #expect(throws: RecordingFormatError.self) {
            try read(SampleECG.aECG().replacing(text, with: replacement))
        }
        #expect(failure?.description.contains("found \(found)") == true, "\(failure?.description ?? "")")
    }

    @Test func `a file without voltages is refused`() throws {
        let failure = #expect(throws: RecordingFormatError.self) {
            try read(SampleECG.aECG().replacing("unit=\"uV\"", with: "unit=\"mm[Hg]\""))
        }
        #expect(failure?.code == "no_voltage")
    }
}
