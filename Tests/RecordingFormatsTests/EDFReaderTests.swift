import Foundation
import RecordingFormats
import Signals
import TestSupport
import Testing

struct EDFReaderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func read(_ data: Data) throws -> Recording { try RecordingFile(scratch.write("x.edf", data)).recording }

    @Test func `records that are apart leave a gap`() throws {
        let recording = try read(SampleECG.edf(gap: 3))
        #expect(recording.duration == 7)
        let lead = recording.leads[0].samples
        #expect(lead[..<500] == SampleECG.millivolts[0][..<500])
        #expect(lead[500 ..< 1250].allSatisfy { $0.isNaN })
        #expect(lead[1250...].elementsEqual(SampleECG.millivolts[0][500...]))
    }

    @Test func `units are read, and signals that are no voltage are refused`() throws {
        #expect(SampleECG.difference(try read(SampleECG.edf(units: "mV"))) < 1e-6)
        let failure = #expect(throws: RecordingFormatError.self) { try read(SampleECG.edf(units: "degC")) }
        #expect(failure?.code == "no_voltage")
        #expect(failure?.description.contains("(units: degC)") == true)
    }

    @Test func `an ECG among other signals is taken alone`() throws {
        var data = SampleECG.edf(prefix: "EEG ")
        data.replaceSubrange(256 ..< 272, with: Data("ECG             ".utf8))
        #expect(try read(data).leads.map(\.name) == ["ECG"])
    }

    @Test func `a recording without a count of records is read to its end`() throws {
        var data = SampleECG.edf()
        data.replaceSubrange(236 ..< 244, with: Data("-1      ".utf8))
        #expect(SampleECG.difference(try read(data)) < 1e-6)
        data.replaceSubrange(236 ..< 244, with: Data("5       ".utf8))
        let failure = #expect(throws: RecordingFormatError.self) { try read(data) }
        #expect(failure?.description.contains("found 4 data records of 4000 bytes") == true)
    }

    @Test func `pyedflib's file is read as pyedflib reads it`() throws {
        guard let python = Python.path(with: "pyedflib") else { return }
        let script = """
            import numpy, pyedflib, sys
            writer = pyedflib.EdfWriter(sys.argv[1], 2, file_type=pyedflib.FILETYPE_EDFPLUS)
            writer.setSex(0)
            writer.setSignalHeaders([dict(label=name, dimension='mV', sample_frequency=200, physical_min=-5,
                physical_max=5, digital_min=-32768, digital_max=32767, transducer='', prefilter='')
                for name in ('II', 'V5')])
            signals = [numpy.sin(numpy.arange(2000) / 50), numpy.cos(numpy.arange(2000) / 70)]
            writer.writeSamples(signals)
            writer.close()
            reader = pyedflib.EdfReader(sys.argv[1])
            for lead in range(2): print(' '.join(repr(float(value)) for value in reader.readSignal(lead)))
            """
        let output = try Child.run(python, ["-c", script, scratch("p.edf")]).succeeded().output
        let expected = output.split(separator: "\n").map { $0.split(separator: " ").map { Float($0)! } }
        let file = try RecordingFile(scratch("p.edf"))
        #expect(file.recording.leads.map(\.name) == ["II", "V5"] && file.recording.samplingRate == 200)
        #expect(file.patient.sex == .female)
        for (lead, samples) in zip(file.recording.leads, expected) {
            #expect(zip(lead.samples, samples).allSatisfy { abs($0 - $1) < 1e-6 })
            #expect(lead.samples.count == 2000)
        }
    }
}
