import Foundation
import Signals
import TestSupport
import Testing

/// `heartsense analyze` and its exit statuses.
@Suite struct AnalyzeCommandTests {
    /// Writes `made`, a record of two leads, into a folder.
    private static func withRecord(_ body: (String) throws -> Void) throws {
        let scratch = try Scratch()
        var made = GaussianRecording(samplingRate: 250, duration: 10, interval: 0.8)
        made.scales = [1, 0.6]
        made.names = ["II", "V5"]
        made.noise = 0.01
        try WFDBRecordWriter().write(made.recording(), to: scratch.path + "/made")
        try body(scratch.path)
    }

    @Test func `a recording gives a line of JSON with its rhythm`() throws {
        try Self.withRecord { folder in
            let outcome = try CommandLine.run(["analyze", "made", "--json"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            let lines = outcome.output.split(separator: "\n")
            #expect(lines.count == 1)
            let object = try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any]
            let found = try #require(object)
            #expect(found["file"] as? String == "made")
            #expect(found["heart_rate_bpm"] as? Double == 75)
            #expect((found["rhythm"] as? [[String: Any]])?.first?["code"] as? String == "sinus-rhythm")
            #expect((found["leads"] as? [[String: Any]])?.count == 2)
        }
    }

    @Test func `leads are chosen by name, and an unknown one is an error that lists them`() throws {
        try Self.withRecord { folder in
            let one = try CommandLine.run(["analyze", "made.hea", "--json", "--leads", "V5"], in: folder)
            #expect(one.status == 0, "\(one.errors)")
            #expect(one.output.contains("\"name\":\"V5\"") && !one.output.contains("\"name\":\"II\""))
            let unknown = try CommandLine.run(["analyze", "made", "--leads", "V9"], in: folder)
            #expect(unknown.status == 1)
            #expect(unknown.errors.contains("made: there is no lead 'V9'. Leads: II, V5."))
        }
    }

    @Test func `the beats are written as annotations`() throws {
        try Self.withRecord { folder in
            let outcome = try CommandLine.run(["analyze", "made", "--annotations", "beats"], in: folder)
            #expect(outcome.status == 0, "\(outcome.errors)")
            #expect(outcome.output.contains("Sinus rhythm: P before"))
            let marks = try WFDBAnnotations.read(folder + "/made.beats", samplingRate: 250)
            #expect(marks.count == 12)
            #expect(marks.allSatisfy { $0.symbol == "N" })
        }
    }

    @Test func `a missing record is an error, and the others are analyzed`() throws {
        try Self.withRecord { folder in
            let outcome = try CommandLine.run(["analyze", "absent", "made", "--json"], in: folder)
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("absent"))
            #expect(outcome.output.split(separator: "\n").count == 1)
        }
    }

    @Test(arguments: [["--sex", "X"], ["--age", "200"], ["--annotations", "hea"], ["--annotations", "a.b"]])
    func `a wrong option is a usage error`(options: [String]) throws {
        try Self.withRecord { folder in
            let outcome = try CommandLine.run(["analyze", "made"] + options, in: folder)
            #expect(outcome.status == 2)
        }
    }
}
