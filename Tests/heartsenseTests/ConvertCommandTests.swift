import Foundation
import Signals
import TestSupport
import Testing

/// `heartsense convert` and its exit statuses.
@Suite struct ConvertCommandTests {
    private let scratch: Scratch
    private let recording: Recording

    init() throws {
        scratch = try Scratch()
        var made = GaussianRecording(samplingRate: 250, duration: 10, interval: 0.8)
        made.scales = [1, 0.6]
        made.names = ["II", "V5"]
        recording = made.recording()
        var writer = WFDBRecordWriter()
        writer.patient = Patient(age: 50, sex: .female)
        try writer.write(recording, to: scratch("made"))
    }

    private func run(_ arguments: String...) throws -> Child.Outcome {
        try CommandLine.run(["convert"] + arguments, in: scratch.path)
    }

    @Test func `a record goes to CSV and back, and its analysis stays the same`() throws {
        let first = try run("made", "--output", "table.csv")
        #expect(first.status == 0 && first.output == "made: WFDB, II V5, 250 Hz, 10 s → table.csv\n", "\(first.errors)")
        #expect(try run("table.csv", "--output", "back").status == 0)
        let (one, two) = (try WFDBRecord(scratch("made")), try WFDBRecord(scratch("back")))
        #expect(one.recording == two.recording)
        let lines = try ["made", "table.csv", "back"].map { name in
            let outcome = try CommandLine.run(["analyze", name, "--json"], in: scratch.path)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return outcome.output.replacing("\"\(name)\"", with: "")
        }
        #expect(lines[0] == lines[1] && lines[1] == lines[2])
    }

    @Test func `sex and age stay in a record`() throws {
        #expect(try run("made.hea", "--output", "copy").status == 0)
        #expect(try WFDBRecord(scratch("copy")).patient == Patient(age: 50, sex: .female))
    }

    @Test func `the input is not overwritten, whatever the paths look like`() throws {
        #expect(try run("made", "--output", "table.csv").status == 0)
        let before = try scratch.data("made.hea") + scratch.data("made.dat") + scratch.data("table.csv")
        for (input, output) in [
            ("made", "made"), ("made.hea", "./made.hea"), ("made", scratch("made")),
            ("table.csv", "../\(name)/table.csv"),
        ] {
            let outcome = try run(input, "--output", output)
            #expect(outcome.isSentence && outcome.errors.contains("would replace the input"), "\(outcome.errors)")
        }
        #expect(try scratch.data("made.hea") + scratch.data("made.dat") + scratch.data("table.csv") == before)
    }

    private var name: String { URL(fileURLWithPath: scratch.path).lastPathComponent }

    @Test func `a file that is not a recording is an error in a sentence, and nothing is written`() throws {
        try scratch.write("README.md", "# Title\n\nText.\n")
        try scratch.write("empty.edf", "")
        try scratch.write("units.csv", "I,II\n1,2\n3,4\n")
        let before = try scratch.names()
        for file in ["README.md", "empty.edf", "units.csv", "absent"] {
            let outcome = try run(file, "--output", "out")
            #expect(outcome.isSentence && outcome.errors.contains(file), "\(outcome.errors)")
        }
        #expect(try scratch.names() == before)
        #expect(try run("units.csv", "--output", "out", "--units", "uV", "--rate", "100").status == 0)
    }

    @Test(arguments: [
        ["made", "--output", "out.edf"], ["made"], ["made", "--output", "x", "--rate", "0"],
        ["made", "--output", "x", "--units", "mm"],
    ])
    func `a wrong option is a usage error`(options: [String]) throws {
        #expect(try CommandLine.run(["convert"] + options, in: scratch.path).status == 2)
    }
}
