import LinearAlgebra
import Testing

@testable import Imaging

struct PaperGridTests {
    @Test func `every fifth line is strong, and lines have the given width`() {
        let strengths = PaperGrid.strengths(count: 80, pitch: 8, start: 0.0125, width: 1)
        // The first strong line is centered on 0.0125 · 40 = 0.5, the center of the first pixel.
        let lines = strengths.indices.filter { strengths[$0] > 0 }
        #expect(lines == Array(stride(from: 0, to: 80, by: 8)))
        #expect(lines.map { strengths[$0] } == (0 ..< 10).map { $0 % 5 == 0 ? PaperGrid.strong : PaperGrid.thin })
    }

    @Test func `a line between two pixels covers a part of each`() {
        let strengths = PaperGrid.strengths(count: 8, pitch: 20, start: 0.03, width: 1)
        #expect(strengths[2] == PaperGrid.strong / 2 && strengths[3] == PaperGrid.strong / 2)
        #expect(strengths.reduce(0, +) == PaperGrid.strong)
    }

    @Test(arguments: [([0.0, 0, 0], [255.0, 255, 255]), ([250, 250, 210], [30, 20, 40])])
    func `the trace covers the grid, which stays fainter than half of it`(ink: [Double], paper: [Double]) throws {
        let drawing = Drawing.beat(width: 144, height: 96, thickness: 3)
        let page = drawing.page(ink: ink, paper: paper)
        var random = SeededGenerator(seed: 2)
        let gridded = try PaperGrid(&random).apply(to: page, name: "page")
        let contrast = try InkCoverage(page, name: "page").contrast
        var changed = 0
        for index in drawing.coverage.indices {
            let change = (0 ..< 3).map { abs(Int(gridded.pixels[3 * index + $0]) - Int(page.pixels[3 * index + $0])) }
                .max()!
            if drawing.coverage[index] == 1 { #expect(change == 0) }
            #expect(Float(change) <= PaperGrid.strong * Float(contrast) + 1)
            if change > 0 { changed += 1 }
        }
        // Lines of one pixel at every 8/3 pixels in both directions.
        #expect(changed > drawing.coverage.count / 2)
        // Ink stays ink and paper stays paper; at soft edges the grid is partly visible.
        let mask = try InkMask(gridded, name: "gridded").pixels
        #expect(drawing.coverage.indices.allSatisfy { drawing.coverage[$0] < 0.52 || mask[$0] == 0 })
        #expect(drawing.coverage.indices.allSatisfy { drawing.coverage[$0] > 0.2 || mask[$0] == 255 })
    }
}
