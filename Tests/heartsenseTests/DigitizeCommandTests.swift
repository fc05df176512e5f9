import Foundation
import Imaging
import Signals
import TestSupport
import Testing

/// `heartsense digitize` and its exit statuses.
@Suite struct DigitizeCommandTests {
    /// A vector page with lead II over 10 s: a beat every 0.8 s, in millimeters at 25 mm/s and 10 mm/mV.
    ///
    /// The text next to the scale is about the patient.
    private static let page: Data = {
        var content = "2.834645669 0 0 2.834645669 0 0 cm 0.3 w\n"
        for index in 0 ... 2500 {
            let phase = (Double(index) * 0.004).truncatingRemainder(dividingBy: 0.8)
            let wave = exp(-pow((phase - 0.3) / 0.012, 2) / 2) + 0.2 * exp(-pow((phase - 0.55) / 0.04, 2) / 2)
            content += String(
                format: "%.3f %.3f %@\n", 20 + 0.1 * Double(index), 60 + 10 * wave, index == 0 ? "m" : "l")
        }
        content += "S BT /F 4 Tf 21 80 Td (II) Tj ET BT /F 4 Tf 60 90 Td (25 mm/s 10 mm/mV) Tj ET"
        content += " BT /F 4 Tf 60 100 Td (Doe, Jane ID 47110815 born 03.02.1950) Tj ET"
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[4 0 R]/Count 1>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]/Contents 5 0 R/Resources<</Font<</F 3 0 R>>>>>>",
            "<</Length \(content.utf8.count)>>stream\n\(content)\nendstream",
        ]
        var text = "%PDF-1.4\n"
        for (index, object) in objects.enumerated() { text += "\(index + 1) 0 obj\(object) endobj\n" }
        return Data((text + "trailer<</Size 6/Root 1 0 R>>\n%%EOF\n").utf8)
    }()

    @Test func `a pipe is refused with the reason, and so is a name that is not UTF-8 in a folder`() throws {
        let scratch = try Scratch()
        try scratch.makePipe("pipe")
        let pipe = try CommandLine.run(["digitize", "pipe", "--output", "out"], in: scratch.path)
        #expect(pipe.status == 1 && pipe.errors.contains("pipe: cannot be read: it is a pipe or device"), "\(pipe)")
        try scratch.write("pages/a.pdf", Self.page)
        try scratch.write(latin1: "pages/caf", 0xE9, ".pdf", Self.page)
        let folder = try CommandLine.run(["digitize", "pages", "--output", "out"], in: scratch.path)
        #expect(folder.status == 1 && folder.errors.contains("The name is not UTF-8 text. Rename it"), "\(folder)")
        #expect(try scratch.names(in: "out").contains("a.hea"), "the other page is digitized")
    }

    @Test func `a page becomes a record, and is not digitized again`() throws {
        let scratch = try Scratch()
        try scratch.write("strip one.pdf", Self.page)
        let arguments = ["digitize", "strip one.pdf", "--output", "out", "--json", "--csv", "--overlay"]
        let first = try CommandLine.run(arguments, in: scratch.path)
        #expect(first.status == 0, "\(first.errors)")
        let line = try #require(
            try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
        #expect(line["heart_rate_bpm"] as? Double == 75 && line["record"] as? String == "out/strip_one")
        let record = try WFDBRecord(scratch("out/strip_one"))
        #expect(record.recording.leads.map(\.name) == ["II"] && record.recording.sampleCount == 5000)
        #expect(try scratch.names(in: "out").count == 5)
        let again = try CommandLine.run(arguments, in: scratch.path)
        #expect(again.output == first.output && again.errors.contains("Up to date, not digitized again: 1 of 1 files."))
        let analysis = try CommandLine.run(["analyze", "strip one.pdf", "--json"], in: scratch.path)
        #expect(analysis.status == 0 && analysis.output.contains("\"heart_rate_bpm\":75"), "\(analysis.errors)")
    }

    @Test(arguments: [["--json"], ["--json", "--deidentify"], []])
    func `what is printed about the patient is in no output and in no file`(options: [String]) throws {
        let scratch = try Scratch()
        try scratch.write("page.pdf", Self.page)
        let arguments = ["page.pdf", "--output", "out", "--csv", "--overlay", "--keep"] + options
        let outcome = try CommandLine.run(["digitize"] + arguments, in: scratch.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let analysis = try CommandLine.run(["analyze", "page.pdf", "--json"], in: scratch.path)
        let files = try scratch.names(in: "out").map {
            try Data(contentsOf: URL(fileURLWithPath: scratch("out/\($0)")))
        }
        #expect(files.count == 5)
        let texts = [outcome.output, outcome.errors, analysis.output, analysis.errors].map { Data($0.utf8) }
        for word in ["Doe", "Jane", "47110815", "1950"] {
            for data in texts + files { #expect(data.range(of: Data(word.utf8)) == nil, "\(word)") }
        }
    }

    @Test func `an unusable page gives status 1 and no record`() throws {
        let scratch = try Scratch()
        try scratch.write("pages/good.pdf", Self.page)
        let white = Page(width: 300, height: 200, pixels: [UInt8](repeating: 255, count: 180_000))
        try scratch.write("pages/white.png", white.pngData())
        let outcome = try CommandLine.run(["digitize", "pages", "--output", "out"], in: scratch.path)
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("good.pdf: 1 lead,") && outcome.output.contains("white.png: not usable."))
        #expect(try scratch.names(in: "out") == ["good.dat", "good.hea", "good.json", "white.json"])
        let analysis = try CommandLine.run(["analyze", "pages/white.png"], in: scratch.path)
        #expect(analysis.status == 1 && analysis.errors.contains("Error: pages/white.png: "))
    }

    @Test(arguments: [
        ("notes.txt", "Dear colleague,\n", "text that is not a table of samples", "Use a PDF, PNG"),
        ("page.html", "<html></html>", "a web page", "Use a PDF, PNG"),
        ("ecg.csv", "time_s,I_mV\n0,1\n0.1,2\n", "a recording (CSV)", "heartsense analyze"),
        ("r.hea", "r 1 100 1\nr.dat 16 200\n", "a recording (WFDB)", "heartsense convert"),
    ])
    func `a file that is not a page is named, with the command for it`(
        name: String, content: String, found: String, remedy: String
    ) throws {
        let scratch = try Scratch()
        try scratch.write(name, content)
        let text = try CommandLine.run(["digitize", name, "--output", "out"], in: scratch.path)
        #expect(text.status == 1 && text.output.contains("\(name): not usable. The file is \(found)"))
        #expect(text.output.contains(remedy), "\(text.output)")
        let json = try CommandLine.run(["digitize", name, "--output", "out", "--json"], in: scratch.path)
        #expect(json.status == 1 && json.output.contains("\"reasons\":[\"unreadable\"]"))
        #expect(json.output.contains(found))
    }

    @Test func `the name of a record is an error with the command for it`() throws {
        let scratch = try Scratch()
        try scratch.write("r.hea", "r 1 100 1\nr.dat 16 200\n")
        let outcome = try CommandLine.run(["digitize", "r", "--output", "out"], in: scratch.path)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("r: a WFDB record, not a page. Use heartsense analyze"), "\(outcome.errors)")
    }

    @Test func `missing files, empty folders and equal names are errors`() throws {
        let scratch = try Scratch()
        try scratch.write("a/page.pdf", Self.page)
        try scratch.write("b/page.pdf", Self.page)
        try scratch.write("c/text.txt", "nothing")
        for (files, message) in [
            (["nowhere.pdf"], "nowhere.pdf"), (["a/page.pdf", "b/page.pdf"], "would both be written as page"),
            (["c"], "no pages in this folder"),
        ] {
            let outcome = try CommandLine.run(["digitize"] + files + ["--output", "out"], in: scratch.path)
            #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
        }
    }
}
