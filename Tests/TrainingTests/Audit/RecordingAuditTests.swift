import Datasets
import Files
import LinearAlgebra
import Signals
import TestSupport
import Testing

@testable import Training

@Suite struct RecordingAuditTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func audit(_ overrides: [String] = []) throws -> TrainingAudit {
        let configuration = try SampleExperiment.recordings(path: scratch("set"), overrides)
        let source = try TrainingInput.openData(of: configuration)
        return try TrainingAudit(of: source, configuration: configuration, workers: Workers(count: 2))
    }

    @Test func `recordings of one device and length give nothing away`() throws {
        try SampleRecordings.write(30, to: scratch("set"))
        let audit = try audit()
        // The noise level depends on the trace, and only a strong dependence counts as a leak.
        #expect(!audit.warnings.contains { if case .predictiveShape = $0 { false } else { true } })
        #expect(audit.notes.first == "Leakage audit of 30 recordings")
    }

    @Test func `a class with its own sampling rate is refused, or accepted with a warning`() throws {
        try SampleRecordings.write(30, to: scratch("set"))
        let other = try Scratch()
        try SampleRecordings.write(30, to: other("set"), samplingRate: 200)
        for number in stride(from: 0, to: 30, by: 3) {
            for suffix in ["hea", "dat"] {
                try scratch.write("set/records/r\(number).\(suffix)", other.data("set/records/r\(number).\(suffix)"))
            }
        }
        let error = #expect(throws: LeakRefusal.self) { try audit() }
        #expect(error?.text.contains("normal by") == true)
        #expect(try audit(["audit=accept"]).warnings.count == 1)
        #expect(try audit(["audit=off"]).warnings.isEmpty)
    }
}
