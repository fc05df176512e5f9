import Foundation
import RecordingFormats
import Signals
import TestSupport
import Testing

struct CSVReadingTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func read(_ text: String, rate: Double? = nil, units: String? = nil) throws -> Recording {
        try RecordingFile(scratch.write("x.csv", text), csv: .init(samplingRate: rate, units: units)).recording
    }

    private func error(_ text: String, rate: Double? = nil, units: String? = nil) throws -> String {
        let path = scratch("x.csv")
        let failure = #expect(throws: RecordingFormatError.self) { try read(text, rate: rate, units: units) }
        return failure?.description.replacing(path, with: "x.csv") ?? ""
    }

    @Test(arguments: [
        "time_s,I_mV,II_mV\n0,1,-2\n0.004,3,\n0.008,5,nan\n",
        "# sampling_rate_hz=250 units=mV\nI,II\n1,-2\n3,\n5,NaN\n",
        "time_ms;I (uV);II [V]\r\n0;1000,0;-0,002\r\n4;3e3;\r\n8;5000;\r\n\r\n",
        "\u{FEFF}'Elapsed time','I','II'\n'seconds','mV','mV'\n0.000,1,-2\n0.004,3,-\n0.008,5,-\n",
        "sample\ttime_s\tI/mV\tII_µV\n0\t10\t1\t-2000\n1\t10.004\t3\t\n2\t10.008\t5\tNA\n",
    ])
    func `five ways to write a table give the same recording`(_ text: String) throws {
        let recording = try read(text)
        #expect(recording.samplingRate == 250)
        #expect(recording.leads.map(\.name) == ["I", "II"])
        #expect(recording.leads[0].samples == [1, 3, 5])
        #expect(recording.leads[1].samples[0] == -2 && recording.leads[1].samples[1...].allSatisfy { $0.isNaN })
    }

    @Test func `options give the rate and the units`() throws {
        let recording = try read("I,I\n1,2\n3,4\n", rate: 500, units: "uV")
        #expect(recording.samplingRate == 500)
        #expect(recording.leads.map(\.name) == ["I", "I 2"])
        #expect(recording.leads.map(\.samples) == [[0.001, 0.003], [0.002, 0.004]])
    }

    @Test func `times with few digits give a whole rate`() throws {
        let rows = (0 ..< 3600).map { "\(String(format: "%.3f", Double($0) / 360)),\($0 % 7)" }
        #expect(try read("time_s,I_mV\n" + rows.joined(separator: "\n")).samplingRate == 360)
    }

    @Test func `a missing rate and missing units are named with their remedies`() throws {
        #expect(
            try error("I_mV,II_mV\n1,2\n3,4\n")
                == "x.csv: the header 'I_mV,II_mV' names no sampling rate. Expected a column time_s, a first line "
                + "'# sampling_rate_hz=500 units=mV', or the option --rate 500.")
        #expect(
            try error("I,II\n1,2\n3,4\n", rate: 100)
                == "x.csv: the column 'I' names no units. Expected a name like I_mV, a first line "
                + "'# sampling_rate_hz=500 units=mV', or the option --units mV.")
        #expect(try error("time,I_mV\n1,2\n2,4\n").contains("the column 'time' names no units"))
    }

    @Test(arguments: [
        ("I_mV,II_mV\n1,2\n3\n", "line 3: found '1 values', expected 2 as in the header"),
        ("I_mV,II_mV\n1,2\n3,4,5\n", "line 3: found 'more values', expected 2 as in the header"),
        ("I_mV,II_mV\n1,2\n3,x\n", "line 3: found 'x', expected a number in column II"),
        ("I_mV,II_mV\n1,2\n3,0x1F\n", "line 3: found '0x1F', expected a number in column II"),
        ("I_mV,II_mV\n1,2\n3,1e999\n", "line 3: found '1e999', expected a number in column II"),
        ("I_mV,II_mV\n1,2\n3,1.2.3\n", "line 3: found '1.2.3', expected a number in column II"),
        ("# sampling_rate_hz=0\nI_mV,II_mV\n1,2\n", "line 1: found '0', expected a sampling rate"),
        ("1,2\n3,4\n", "line 1: found '1,2', expected the names of columns"),
        ("time_s,I_mV\n0,1\n0.1,1\n0.2,1\n0.9,1\n1.0,1\n", "line 5: found 'a step of 0.7"),
    ])
    func `a wrong line is named`(_ text: String, _ expected: String) throws {
        #expect(try error(text, rate: text.contains("=0") || text.contains("time") ? nil : 100).contains(expected))
    }
}
