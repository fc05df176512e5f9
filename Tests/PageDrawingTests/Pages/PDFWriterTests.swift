import Foundation
import Imaging
import Processes
import Signals
import TestSupport
import Testing

@testable import PageDrawing

/// The PDF as poppler reads it.
@Suite struct PDFWriterTests {
    private static let hasPoppler = ["pdftocairo", "pdftotext"].allSatisfy {
        (try? ChildProcess.run($0, ["-v"]))?.status == 0
    }

    private func file(_ drawing: PageDrawing) throws -> (Scratch, String) {
        let scratch = try Scratch()
        return (scratch, try scratch.write("page.pdf", drawing.pdf()))
    }

    @Test func `the table of objects gives their places`() throws {
        let bytes = [UInt8](try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("6x2")).pdf())
        let text = String(decoding: bytes, as: Unicode.ASCII.self)
        #expect(text.hasPrefix("%PDF-1.4\n") && text.hasSuffix("%%EOF\n"))
        let table = try #require(text.split(separator: "startxref\n").last?.split(separator: "\n").first)
        let start = try #require(Int(table))
        #expect(String(decoding: bytes[start ..< start + 9], as: UTF8.self) == "xref\n0 6\n")
        for number in 1 ... 5 {
            let entry = bytes[(start + 9 + 20 * number)...].prefix(10)
            let place = try #require(Int(String(decoding: entry, as: UTF8.self)))
            #expect(String(decoding: bytes[place ..< place + 8], as: UTF8.self) == "\(number) 0 obj\n")
        }
    }

    @Test(.enabled(if: hasPoppler, "poppler is absent"))
    func `one millivolt is ten millimeters high`() throws {
        let drawing = try PageDrawing(of: MadeLeads.step, layout: DrawingLayout("strip"), style: MadeLeads.bare)
        let (scratch, path) = try file(drawing)
        // 254 pixels per inch are ten per millimeter.
        let outcome = try ChildProcess.run("pdftocairo", ["-png", "-r", "254", "-singlefile", path, scratch("page")])
        #expect(outcome.status == 0, "\(outcome)")
        let page = try Page(contentsOf: scratch("page.png"))
        // poppler rounds the size up.
        #expect((2970 ... 2971).contains(page.width) && (650 ... 651).contains(page.height))
        let base = 10 * drawing.panels[0].origin.y
        let left = try #require(page.inkCenter(column: 360, near: base, reach: 20))
        let right = try #require(page.inkCenter(column: 610, near: base - 100, reach: 20))
        #expect(abs(left - base) < 0.5)
        #expect(abs(left - right - 100) < 0.5)
    }

    @Test(.enabled(if: hasPoppler, "poppler is absent"))
    func `lead names can be read with their places`() throws {
        var style = PageStyle()
        style.header = ["Doe, Jane – 1 ± 2 °C"]
        let drawing = try PageDrawing(of: MadeLeads.waves(), layout: DrawingLayout("3x4+1"), style: style)
        let (scratch, path) = try file(drawing)
        let outcome = try ChildProcess.run("pdftotext", ["-bbox", path, "-"], in: scratch.path)
        let words = outcome.output.matches(of: /xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="[\d.]+">([^<]+)</)
        let truth = try drawing.truth(dpi: 72)
        for lead in truth.leads.prefix(12) {
            let box = try #require(lead.labelPx)
            let word = try #require(words.first { $0.output.4 == lead.label }, "\(lead.label)")
            #expect(abs(Double(word.output.1)! - box[0].x) < 0.5)
            #expect(abs(Double(word.output.3)! - box[2].x) < 0.5)
        }
        #expect(words.map { String($0.output.4) }.starts(with: ["Doe,", "Jane", "–", "1", "±", "2", "°C"]))
    }
}
