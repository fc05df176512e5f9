import Foundation
import LinearAlgebra
import Testing

@testable import PageDrawing

struct StrokeCoverageTests {
    private func coverage(_ points: [Point], lineWidth: Double, size: Int = 24) -> StrokeCoverage {
        var coverage = StrokeCoverage(width: size, height: size)
        coverage.stroke(points, lineWidth: lineWidth)
        return coverage
    }

    @Test func `a line two pixels wide along a pixel boundary fills its two rows`() {
        let line = coverage([Point(x: -5, y: 10), Point(x: 30, y: 10)], lineWidth: 2)
        for row in 0 ..< 24 {
            for column in 0 ..< 24 { #expect(line.values[row * 24 + column] == (row == 9 || row == 10 ? 1 : 0)) }
        }
    }

    @Test func `the coverage of a thin line is its width`() {
        let line = coverage([Point(x: 5.5, y: -5), Point(x: 5.5, y: 30)], lineWidth: 0.4)
        #expect(abs(line.values[10 * 24 + 5] - 0.4) < 1e-6)
        #expect(line.values[10 * 24 + 4] == 0)
        #expect(line.values[10 * 24 + 6] == 0)
    }

    @Test func `a line between two pixels covers a part of each`() {
        let line = coverage([Point(x: -5, y: 10.25), Point(x: 30, y: 10.25)], lineWidth: 1)
        #expect(abs(line.values[9 * 24 + 12] - 0.25) < 1e-6)
        #expect(abs(line.values[10 * 24 + 12] - 0.75) < 1e-6)
    }

    @Test func `many short segments give the same as one long one`() {
        let from = Point(x: 2.3, y: 3.1)
        let to = Point(x: 20.2, y: 17.9)
        let pieces = (0 ... 60).map { step in
            let share = Double(step) / 60
            return Point(x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y))
        }
        let whole = coverage([from, to], lineWidth: 1.7)
        for (one, many) in zip(whole.values, coverage(pieces, lineWidth: 1.7).values) {
            #expect(abs(one - many) < 1e-4)
        }
    }

    @Test func `coverage agrees with counting points on a fine raster`() {
        for seed in 0 ..< 8 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let points = (0 ..< 3).map { _ in
                Point(x: generator.uniform(in: 2 ... 22), y: generator.uniform(in: 2 ... 22))
            }
            let lineWidth = generator.uniform(in: 1 ... 4)
            let drawn = coverage(points, lineWidth: lineWidth)
            let counted = rastered(points, lineWidth: lineWidth, size: 24)
            var total = 0.0
            var reference = 0.0
            var error = 0.0
            for (value, other) in zip(drawn.values, counted) {
                // Where two strokes or the ends of one share a pixel, the larger coverage counts instead of the sum.
                #expect(abs(Double(value) - other) < 0.35)
                error += abs(Double(value) - other)
                total += Double(value)
                reference += other
            }
            #expect(abs(total / reference - 1) < 0.03)
            #expect(error / reference < 0.1)
        }
    }

    @Test func `a single point gives a dot, and no point gives nothing`() {
        let dot = coverage([Point(x: 12, y: 12)], lineWidth: 6)
        let area = dot.values.reduce(0, +)
        #expect(abs(area - 9 * Float.pi) < 0.6)
        #expect(coverage([], lineWidth: 6).values.allSatisfy { $0 == 0 })
    }

    @Test func `a line between points far off the page is drawn where it crosses the page`() {
        let line = coverage([Point(x: -1e9, y: 12.5), Point(x: 1e9, y: 12.5)], lineWidth: 1)
        #expect((0 ..< 24).allSatisfy { abs(line.values[12 * 24 + $0] - 1) < 1e-3 })
        #expect(coverage([Point(x: -1e18, y: -4), Point(x: 1e18, y: -4)], lineWidth: 1).values.allSatisfy { $0 == 0 })
    }

    /// The reference: the share of 8 × 8 points of each pixel within half a line width of the line.
    private func rastered(_ points: [Point], lineWidth: Double, size: Int) -> [Double] {
        func distance(_ x: Double, _ y: Double) -> Double {
            zip(points, points.dropFirst()).map { from, to in
                let dx = to.x - from.x
                let dy = to.y - from.y
                let share = min(max(((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy), 0), 1)
                return hypot(x - from.x - share * dx, y - from.y - share * dy)
            }.min()!
        }
        return (0 ..< size * size).map { pixel in
            var inside = 0
            for sample in 0 ..< 64 {
                let x = Double(pixel % size) + (Double(sample % 8) + 0.5) / 8
                let y = Double(pixel / size) + (Double(sample / 8) + 0.5) / 8
                if distance(x, y) <= lineWidth / 2 { inside += 1 }
            }
            return Double(inside) / 64
        }
    }
}
