import Foundation
import Imaging
import Signals
import TestSupport
import Testing

/// `heartsense digitize` and its exit statuses.
@Suite struct DigitizeCommandTests {
    /// A vector page with lead II over 10 s: a beat every 0.8 s, in millimeters at 25 mm/s and 10 mm/mV.
    private static let page: Data = {
        var content = "2.834645669 0 0 2.834645669 0 0 cm 0.3 w\n"
        for index in 0 ... 2500 {
            let phase = (Double(index) * 0.004).truncatingRemainder(dividingBy: 0.8)
            let wave = exp(-pow((phase - 0.3) / 0.012, 2) / 2) + 0.2 * exp(-pow((phase - 0.55) / 0.04, 2) / 2)
            content += String(
                format: "%.3f %.3f %@\n", 20 + 0.1 * Double(index), 60 + 10 * wave, index == 0 ? "m" : "l")
        }
        content += "S BT /F 4 Tf 21 80 Td (II) Tj ET BT /F 4 Tf 60 90 Td (25 mm/s 10 mm/mV) Tj ET"
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
