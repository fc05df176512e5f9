import LinearAlgebra
import Testing

@testable import Imaging

struct TraceStatisticsTests {
    /// White paper with black rectangles.
    private static func picture(_ rectangles: [(x: Range<Int>, y: Range<Int>)], size: Int = 224) -> GrayImage {
        var image = GrayImage(width: size, height: size, pixels: Array(repeating: 255, count: size * size))
        for (columns, rows) in rectangles {
            for y in rows {
                for x in columns { image.pixels[y * size + x] = 0 }
            }
        }
        return image
    }

    private static func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-12 }

    @Test func `a flat line of 180 by 2 pixels, worked by hand`() {
        let statistics = TraceStatistics(of: Self.picture([(20 ..< 200, 100 ..< 102)]))
        #expect(Self.near(statistics.inkFraction, 360 / 50176))
        #expect(statistics.hazeFraction == 0)
        #expect(Self.near(statistics.width, 180.0 / 224))
        #expect(Self.near(statistics.height, 2.0 / 224))
        #expect(statistics.columnCoverage == 1 && statistics.columnCrossings == 1 && statistics.rowCrossings == 1)
        // The boundary is 2 · 180 + 2 · 2 long.
        #expect(Self.near(statistics.strokeWidth, 4 * 360.0 / 364))
        #expect(statistics.largestPiece == 1 && statistics.pieces == 1)
        #expect(statistics.speckFraction == 0 && statistics.borderFraction == 0)
        #expect(statistics.filledFraction == 1, "each column of a flat line is as tall as the drawing")
        #expect(statistics.values.count == TraceStatistics.names.count)
    }

    @Test func `a broken line that leaves the picture, with a speck`() {
        // 100 columns, a gap of 50, 74 columns up to the right edge; a speck of four pixels far above.
        let picture = Self.picture([(0 ..< 100, 50 ..< 52), (150 ..< 224, 50 ..< 52), (10 ..< 12, 10 ..< 12)])
        let statistics = TraceStatistics(of: picture)
        let ink = 200.0 + 148 + 4
        #expect(Self.near(statistics.columnCoverage, 174.0 / 224))
        #expect(Self.near(statistics.columnCrossings, 176.0 / 174))
        #expect(Self.near(statistics.rowCrossings, (2.0 * 1 + 2 * 2) / 4))
        #expect(statistics.pieces == 3)
        #expect(Self.near(statistics.largestPiece, 200 / ink))
        #expect(Self.near(statistics.speckFraction, 4 / ink))
        #expect(Self.near(statistics.borderFraction, 4.0 / (4 * 224 - 4)))
    }

    @Test func `all statistics of a blank picture are zero`() {
        #expect(TraceStatistics(of: Self.picture([])).values.allSatisfy { $0 == 0 })
    }

    @Test func `light ink on dark paper and faint ink give the same statistics as black on white`() {
        let picture = Self.picture([(20 ..< 200, 100 ..< 102), (60 ..< 63, 30 ..< 100)])
        let expected = TraceStatistics(of: picture)
        for (paper, ink) in [(UInt8(0), UInt8(255)), (255, 200), (90, 160)] {
            let other = GrayImage(width: 224, height: 224, pixels: picture.pixels.map { $0 == 0 ? ink : paper })
            #expect(TraceStatistics(of: other) == expected)
        }
    }

    @Test func `pieces agree with a flood fill`() {
        var random = SeededGenerator(seed: 5)
        for share in [0.1, 0.3, 0.45] {
            let size = 40
            var ink = (0 ..< size * size).map { _ in random.uniform() < share }
            let image = GrayImage(width: size, height: size, pixels: ink.map { $0 ? 0 : 255 })
            let total = ink.count { $0 }
            var sizes: [Int] = []
            for start in ink.indices where ink[start] {
                var (stack, count) = ([start], 0)
                ink[start] = false
                while let here = stack.popLast() {
                    count += 1
                    for y in max(here / size - 1, 0) ... min(here / size + 1, size - 1) {
                        for x in max(here % size - 1, 0) ... min(here % size + 1, size - 1) where ink[y * size + x] {
                            ink[y * size + x] = false
                            stack.append(y * size + x)
                        }
                    }
                }
                sizes.append(count)
            }
            let statistics = TraceStatistics(of: image)
            #expect(statistics.pieces == Double(sizes.count))
            #expect(Self.near(statistics.largestPiece, Double(sizes.max()!) / Double(total)))
        }
    }
}
