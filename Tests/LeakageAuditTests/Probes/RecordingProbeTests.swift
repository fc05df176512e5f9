import Files
import Foundation
import Signals
import TestSupport
import Testing

@testable import LeakageAudit

@Suite struct RecordingProbeTests {
    @Test func `the facts of a record are those of its header, files and samples`() throws {
        let scratch = try Scratch()
        let samples = (0 ..< 400).map { Float($0 % 2) * 0.5 }
        var writer = WFDBRecordWriter(gain: 200)
        writer.start = DateComponents(year: 2001, month: 1, day: 1)
        try writer.write(
            Recording(
                samplingRate: 200, leads: [.init(name: "I", samples: samples), .init(name: "II", samples: samples)]),
            to: scratch("a"))
        let values = try RecordingProbe.values(of: scratch("a"))
        func value(_ probe: RecordingProbe) -> Double { values[RecordingProbe.allCases.firstIndex(of: probe)!] }
        #expect(value(.duration) == 2)
        #expect(value(.samplingRate) == 200)
        #expect(value(.leads) == 2)
        #expect(value(.step) == 0.5)
        #expect(value(.fileSize) == Double(try scratch.data("a.hea").count + scratch.data("a.dat").count))
        #expect(abs(value(.date)) < 86_400)
        // Second differences of 0, 0.5, 0 … are ±1 mV.
        #expect(value(.noise) == 1)
    }

    @Test func `what a file does not have is missing`() throws {
        let scratch = try Scratch()
        try WFDBRecordWriter().write(
            Recording(samplingRate: 100, leads: [.init(name: "I", samples: [0, 0])]), to: scratch("a"))
        let values = try RecordingProbe.values(of: scratch("a"))
        for probe in [RecordingProbe.step, .date, .noise] {
            #expect(values[RecordingProbe.allCases.firstIndex(of: probe)!].isNaN, "\(probe)")
        }
    }
}
