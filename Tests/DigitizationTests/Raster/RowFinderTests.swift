import Imaging
import Testing

@testable import Digitization

@Suite struct RowFinderTests {
    /// Two rows at 5 pixels per mm, and at the left edge halves of pulses of 10 mm in the first rows.
    private func columns(pulses: Int, from left: Int = 0) -> Range<Int> {
        let (width, height) = (400, 300)
        let white = Page(width: width, height: height, pixels: [UInt8](repeating: 255, count: width * height * 3))
        var ink = [UInt8](repeating: 0, count: width * height)
        func fill(_ columns: Range<Int>, _ rows: Range<Int>) {
            for y in rows { for x in columns { ink[y * width + x] = 255 } }
        }
        for x in 60 ..< 380 {
            let wave = max(0, 10 - abs(x - 110))
            for level in [100 - wave, 200 - wave] { fill(x ..< x + 1, level ..< level + 3) }
        }
        for level in [100, 200].prefix(pulses) {
            fill(left ..< left + 10, level - 50 ..< level - 47)
            fill(left + 9 ..< left + 12, level - 50 ..< level + 3)
            fill(left + 9 ..< left + 18, level ..< level + 3)
        }
        let runs = InkRuns(PageInk(width: width, height: height, ink: ink, like: PageInk(white)))
        return RowFinder(runs, pixelsPerMillimeter: 5).columns
    }

    @Test func `halves of pulses at a cut edge belong to the rows`() {
        #expect(columns(pulses: 2) == 0 ..< 380)
    }

    @Test func `one mark at the edge, or marks away from it, do not belong to the rows`() {
        #expect(columns(pulses: 1) == 60 ..< 380)
        #expect(columns(pulses: 2, from: 20) == 60 ..< 380)
    }
}
