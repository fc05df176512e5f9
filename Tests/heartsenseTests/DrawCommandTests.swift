import Foundation
import Imaging
import Signals
import TestSupport
import Testing

/// `heartsense draw` and `analyze --plot`.
@Suite struct DrawCommandTests {
    private let scratch: Scratch

    init() throws {
        scratch = try Scratch()
        var made = GaussianRecording(samplingRate: 250, duration: 12, interval: 0.8)
        made.scales = [1, 0.6]
        made.names = ["II", "V5"]
        try WFDBRecordWriter().write(made.recording(), to: scratch("made"))
    }

    @Test func `a recording is drawn as SVG, PDF and PNG with its truth`() throws {
        for (format, start) in [("svg", "<svg"), ("pdf", "%PDF-"), ("png", "\u{89}PNG")] {
            let outcome = try scratch.heartsense("draw", "made", "--output", "page.\(format)", "--dpi", "100")
            #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
            let head = try scratch.data("page.\(format)").prefix(5)
            #expect(String(decoding: head, as: Unicode.ISOLatin1.self).hasPrefix(start))
        }
        let outcome = try scratch.heartsense(
            "draw", "made.hea", "--output", "strip.png", "--dpi", "254", "--leads", "II,V5", "--seconds", "12",
            "--style", "green", "--truth", "strip.json")
        #expect(outcome.status == 0, "\(outcome)")
        // Two rows for each of two leads, 30 mm high, and 35 mm for header and footer.
        #expect(try Page(contentsOf: scratch("strip.png")).height == 1550)
        let truth = try JSONSerialization.jsonObject(with: scratch.data("strip.json")) as? [String: Any]
        #expect((truth?["leads"] as? [Any])?.count == 4)
    }

    @Test func `wrong options and records give an error and no file`() throws {
        for arguments in [
            ["--output", "page.gif"], ["--output", "page.svg", "--layout", "5x5"],
            ["--output", "page.svg", "--gain", "7"], ["--output", "page.svg", "--from", "-1"],
            ["--output", "page.png", "--dpi", "5"], ["--output", "page.svg", "--style", "plaid"],
        ] {
            let outcome = try CommandLine.run(["draw", "made"] + arguments, in: scratch.path)
            #expect(outcome.status == 2 && outcome.errors.hasPrefix("Error: "), "\(outcome)")
        }
        let layout = try scratch.heartsense("draw", "made", "--output", "page.svg", "--layout", "3x4+1")
        #expect(layout.isSentence && layout.errors.contains("made: The layout 3x4+1 needs twelve leads"), "\(layout)")
        let late = try scratch.heartsense("draw", "made", "--output", "page.svg", "--from", "60")
        #expect(late.isSentence && late.errors.contains("lasts 12.0 s"), "\(late)")
        let absent = try scratch.heartsense("draw", "absent", "--output", "page.svg")
        #expect(absent.isSentence && absent.errors.contains("absent"), "\(absent)")
        #expect(scratch.everything().allSatisfy { !$0.hasPrefix("page") })
    }

    @Test func `the analysis is drawn with its findings`() throws {
        let outcome = try scratch.heartsense("analyze", "made", "--plot", "plot.svg")
        #expect(outcome.status == 0, "\(outcome)")
        let plot = try scratch.text("plot.svg")
        #expect(plot.contains("<title>Rate 75 bpm") && plot.contains("Sinus rhythm") && plot.contains("<title>P<"))
        let usage = try scratch.heartsense("analyze", "made", "--plot", "plot.png")
        #expect(usage.status == 2 && usage.errors.contains("--plot"), "\(usage)")
    }
}
