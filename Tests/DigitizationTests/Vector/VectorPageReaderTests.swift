import Foundation
import TestSupport
import Testing

@testable import Digitization

struct VectorPageReaderTests {
    @Test(arguments: [QuarterTurn.none, .clockwise, .counterclockwise])
    func `the mapping leads from the upright page back to the file`(turn: QuarterTurn) {
        let mapping = turn.mapping(width: 600, height: 800, 2, 3, phaseX: 0, phaseY: 0)
        let place = VectorDrawing.Point(x: 123, y: 456)
        let upright = turn.apply(place, width: 600, height: 800)
        let back = mapping.pixel(x: upright.x / 2, y: upright.y / 3)
        #expect(abs(back.x - 123) < 1e-9 && abs(back.y - 456) < 1e-9)
    }

    @Test func `a page with upward traces is turned clockwise`() throws {
        // The sample page, turned by a quarter counterclockwise.
        let sample = SamplePage()
        let page = SamplePDF.file(pages: ["0 1 -1 0 595 0 cm\n" + sample.content], size: (595, 842))
        let scratch = try Scratch()
        let digitized = try #require(
            try PageDigitizer().digitize(contentsOf: try scratch.write("page.pdf", page)).pages.first)
        #expect(digitized.isUsable && digitized.rotation == -90 && digitized.layout == "3x4+1")
        #expect(digitized.recording.leads.map(\.name) == LeadName.standard)
    }

    @Test func `rows are distinguished by the order above each other`() {
        func piece(_ left: Double, _ right: Double, _ y: Double) -> VectorTraces.Piece {
            VectorTraces.Piece(points: [
                .init(x: left, y: y), .init(x: (left + right) / 2, y: y), .init(x: right, y: y),
            ])
        }
        // The second column of the first row is as low as the second row of the first column.
        let rows = VectorRows([
            piece(0, 50, 10), piece(0, 50, 30), piece(0, 100, 50), piece(50, 100, 21), piece(50, 100, 34),
        ])
        #expect(rows.rows == [0, 1, 2, 0, 1])
    }

    /// `columns_out_of_order` has a trace that starts before the first column.
    @Test(arguments: ["columns_out_of_order", "features", "limb", "strip", "table", "two"])
    func `pages of the fuzzing corpus become a recording or have a reason`(name: String) throws {
        let path = SharedMaterial.checkout.appendingPathComponent("Tests/Fuzz/corpus/svg/\(name)")
        let parts = try Data(contentsOf: path).split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        let words = PDFWords.words(in: String(decoding: parts[0], as: UTF8.self))
        let drawing = try VectorDrawing(svg: Array(parts[1]))
        guard let read = VectorPageReader(drawing: drawing, words: words).page() else {
            #expect(name == "features")
            return
        }
        let page = PageAssembly.digitized(read)
        #expect(page.isUsable || !page.reasons.isEmpty)
        #expect(page.recording.leads.allSatisfy { $0.samples.count == page.recording.sampleCount })
    }
}
