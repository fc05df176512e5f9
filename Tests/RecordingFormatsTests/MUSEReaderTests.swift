import Foundation
import RecordingFormats
import Signals
import TestSupport
import Testing

struct MUSEReaderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func read(_ text: String) throws -> Recording { try RecordingFile(scratch.write("x.xml", text)).recording }

    @Test func `the four other limb leads follow from I and II`() throws {
        let recording = try read(SampleECG.muse())
        #expect(
            recording.leads.map(\.name) == [
                "I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6",
            ])
        for place in stride(from: 0, to: 1000, by: 37) {
            let (first, second) = (SampleECG.millivolts[0][place], SampleECG.millivolts[1][place])
            let expected = [second - first, -(first + second) / 2, first - second / 2, second - first / 2]
            for (lead, value) in zip(2 ..< 6, expected) {
                #expect(abs(recording.leads[lead].samples[place] - value) < 1e-6)
            }
        }
    }

    @Test(arguments: [
        ("<WaveformType>Rhythm", "<WaveformType>Other", "2 waveforms, none of type Rhythm"),
        ("<SampleBase>25<", "<SampleBase>0<", "no valid SampleBase"),
        ("<LeadSampleCountTotal>1000<", "<LeadSampleCountTotal>1001<", "1000 samples of lead I"),
    ])
    func `a damaged file is refused`(_ text: String, _ replacement: String, _ found: String) throws {
        let failure = #expect(throws: RecordingFormatError.self) {
            try read(SampleECG.muse().replacing(text, with: replacement))
        }
        #expect(failure?.description.contains("found \(found)") == true, "\(failure?.description ?? "")")
    }
}
