import LinearAlgebra
import Testing

@testable import Imaging

struct PaperMapTests {
    private func levels(_ paper: PaperMap, _ y: Int, _ width: Int, _ height: Int) -> [Float] {
        let row = UnsafeMutablePointer<Float>.allocate(capacity: 3 * width)
        defer { row.deallocate() }
        paper.row(y, width: width, height: height, into: row)
        return (0 ..< 3 * width).map { row[$0] }
    }

    @Test func `paper under a drawing has one color`() throws {
        let paper = PaperMap(Drawing.beat().page(ink: [0, 0, 90], paper: [251, 240, 200]))
        let color = try #require(paper.uniform)
        #expect(color == (251, 240, 200))
        #expect(paper.median == [251, 240, 200])
    }

    @Test func `a block that is mostly ink gets its neighbors' paper`() {
        var drawing = Drawing(width: 160, height: 160)
        for y in 62 ..< 78 { for x in 61 ..< 79 { drawing.coverage[y * 160 + x] = 1 } }
        #expect(PaperMap(drawing.page()).uniform != nil)
    }

    @Test func `shaded paper is measured up to the border`() {
        let (width, height) = (160, 96)
        let page = Drawing(width: width, height: height).page { x, y, _, channel in
            220 - Double(x) / 2 - Double(y) / 4 + Double(channel)
        }
        let paper = PaperMap(page)
        #expect(paper.uniform == nil)
        for y in [0, 40, 95] {
            for (index, level) in levels(paper, y, width, height).enumerated() {
                #expect(abs(level - Float(page.pixels[3 * width * y + index])) < 3)
            }
        }
    }

    @Test func `a page of a few pixels is one block with the lower median`() {
        let paper = PaperMap(Page(width: 2, height: 1, pixels: [10, 20, 30, 40, 50, 60]))
        #expect(paper.columns == 1 && paper.rows == 1 && paper.colors == [10, 20, 30])
        #expect(levels(paper, 0, 2, 1) == [10, 20, 30, 10, 20, 30])
    }

    @Test func `the medians are those of sorted pixels, for any share of a single color`() {
        var random = SeededGenerator(seed: 5)
        let (width, height) = (83, 61)
        for share in [0.0, 0.05, 0.2, 0.4, 0.49, 0.51, 0.7, 1] {
            let pixels = (0 ..< width * height).flatMap { _ -> [UInt8] in
                random.uniform() < share ? (0 ..< 3).map { _ in UInt8(random.integer(below: 256)) } : [250, 240, 9]
            }
            let paper = PaperMap(Page(width: width, height: height, pixels: pixels))
            #expect(paper.columns == 8 && paper.rows == 7)
            // The corner of the border is its own neighborhood and is not smoothed.
            func values(_ columns: Range<Int>, _ rows: Range<Int>, _ channel: Int) -> [UInt8] {
                rows.flatMap { y -> [UInt8] in columns.map { x -> UInt8 in pixels[3 * (y * width + x) + channel] } }
            }
            for channel in 0 ..< 3 {
                let corner = values(0 ..< width / 8, 0 ..< height / 7, channel)
                #expect(paper.colors[channel] == corner.sorted()[(corner.count - 1) / 2], "\(share)")
                let last = values(width * 7 / 8 ..< width, height * 6 / 7 ..< height, channel)
                #expect(
                    paper.colors[paper.colors.count - 3 + channel] == last.sorted()[(last.count - 1) / 2], "\(share)")
            }
        }
    }
}
