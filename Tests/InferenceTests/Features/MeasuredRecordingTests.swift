import Classifiers
import Datasets
import Files
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import Inference

@Suite struct MeasuredRecordingTests {
    private static func recording(seconds: Double = 10) -> Recording {
        var generator = SeededGenerator(seed: 3, purpose: "measured recording")
        let patient = SyntheticTwelveLeads(.normal, using: &generator)
        return patient.recording(seconds: seconds, samplingRate: 250, using: &generator)
    }

    @Test func `twelve good leads give no reason for doubt`() {
        #expect(MeasuredRecording(Self.recording()).findings == [])
    }

    @Test func `limb leads follow from two of them, chest leads do not`() {
        let whole = Self.recording()
        func without(_ names: Set<String>) -> [Reason] {
            MeasuredRecording(
                Recording(samplingRate: whole.samplingRate, leads: whole.leads.filter { !names.contains($0.name) })
            ).findings
        }
        #expect(without(["III", "aVR", "aVL", "aVF"]) == [])
        #expect(without(["V3"]) == [.fewLeads])
        #expect(without(["I", "II"]).contains(.fewLeads))
    }

    @Test func `a recording without beats is not an ECG`() {
        let flat = Recording(
            samplingRate: 250,
            leads: SyntheticTwelveLeads.leadNames.map { .init(name: $0, samples: [Float](repeating: 0, count: 2500)) })
        let measured = MeasuredRecording(flat)
        #expect(measured.findings.contains(.notAnECG) && measured.findings.contains(.poorQuality))
        #expect(!measured.measurements.values.contains { !$0.isNaN })
    }

    @Test func `the same signal in all leads is not an ECG, leads with exchanged names are one`() {
        let whole = Self.recording()
        let names = whole.leads.map(\.name)
        let same = whole.leads[1].samples
        let copies = Recording(samplingRate: 250, leads: names.map { .init(name: $0, samples: same) })
        #expect(MeasuredRecording(copies).findings.contains(.notAnECG))
        var leads = whole.leads
        (leads[0], leads[1]) = (
            .init(name: names[0], samples: whole.leads[1].samples),
            .init(name: names[1], samples: whole.leads[0].samples)
        )
        #expect(!MeasuredRecording(Recording(samplingRate: 250, leads: leads)).findings.contains(.notAnECG))
    }

    @Test func `the digest of a record is that of all its files`() throws {
        let scratch = try Scratch()
        try WFDBRecordWriter().write(Self.recording(), to: scratch("a"))
        let first = try Digest(ofSample: scratch("a"))
        #expect(try Digest(ofSample: scratch("a.hea")) == first)
        var signal = try scratch.data("a.dat")
        signal[100] ^= 1
        try scratch.write("a.dat", signal)
        #expect(try Digest(ofSample: scratch("a")) != first)
    }

    @Test func `a page that cannot be used is refused with its reasons`() throws {
        let scratch = try Scratch()
        try scratch.write("blank.pdf", "%PDF-1.4\n")
        let error = #expect(throws: PageRefusal.self) { try MeasuredRecording(contentsOf: scratch("blank.pdf")) }
        #expect(error?.description.contains("blank.pdf: ") == true && error?.reasons.isEmpty == false)
    }
}
