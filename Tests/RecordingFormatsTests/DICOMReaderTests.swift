import Foundation
import Processes
import Signals
import TestSupport
import Testing

@testable import RecordingFormats

private let isInstalled = (try? ChildProcess.run("dcm2json", ["--version"])) != nil

@Suite(.enabled(if: isInstalled, "dcm2json is not installed")) struct DICOMReaderTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func read(_ data: Data) throws -> Recording { try RecordingFile(scratch.write("x", data)).recording }

    @Test func `a padding value is a missing sample`() throws {
        let value = SampleECG.steps[0][3]
        let recording = try read(SampleECG.dicom(padding: value))
        for (lead, steps) in zip(recording.leads, SampleECG.steps) {
            #expect(zip(lead.samples, steps).allSatisfy { $0.isNaN == ($1 == value) })
        }
    }

    @Test func `derived waveforms are read only if there are no others`() throws {
        #expect(try read(SampleECG.dicom(isDerived: true)).sampleCount == 1000)
        #expect(try read(SampleECG.dicom(isDerived: false)).sampleCount == 1000)
    }

    @Test func `other units and sample formats are refused by name`() throws {
        let units = #expect(throws: RecordingFormatError.self) { try read(SampleECG.dicom(units: "mm[Hg]")) }
        #expect(units?.code == "no_voltage" && units?.description.contains("mm[Hg]") == true)
        let format = #expect(throws: RecordingFormatError.self) { try read(SampleECG.dicom(interpretation: "MB")) }
        #expect(format?.description.contains("the sample format 'MB16'") == true)
    }

    @Test func `a damaged file is an error of the program`() throws {
        let failure = #expect(throws: RecordingFormatError.self) { try read(SampleECG.dicom().prefix(400)) }
        #expect(failure?.code == "unreadable")
    }

    /// pydicom has an ECG of twelve leads and 10 s (Mortara, anonymous).
    @Test func `pydicom's ECG has the samples that pydicom reads`() throws {
        guard let python = Python.path(with: "pydicom, numpy") else { return }
        let script = """
            import warnings; warnings.simplefilter('ignore')
            import pydicom, pydicom.data
            path = pydicom.data.get_testdata_file('waveform_ecg.dcm', download=False)
            samples = pydicom.dcmread(path).waveform_array(0)
            print(path)
            for lead in samples.T: print(' '.join(repr(float(value)) for value in lead))
            """
        let lines = try Child.run(python, ["-c", script]).succeeded().output.split(separator: "\n")
        let file = try RecordingFile(String(lines[0]))
        #expect(file.patient == Patient(age: 42, sex: .female))
        #expect(file.recording.samplingRate == 1000 && file.recording.leads.count == 12)
        for (lead, line) in zip(file.recording.leads, lines.dropFirst()) {
            let microvolts = line.split(separator: " ").map { Float($0)! }
            #expect(lead.samples.count == microvolts.count)
            #expect(zip(lead.samples, microvolts).allSatisfy { abs(1000 * $0 - $1) < 0.001 })
        }
    }
}
