import Testing

@testable import Imaging

struct StrokeTracingTests {
    /// The ways through a drawing, as places (row · 10 + column), each beginning at its smaller end.
    private func ways(_ rows: [String], radius: Float = 0.5) -> [[Int]] {
        let width = rows[0].count
        let middle = Array(rows.joined()).indices.filter { Array(rows.joined())[$0] == "#" }
        let tracing = StrokeTracing(middle, width: width, radii: middle.map { _ in radius })
        return tracing.ways.map { way in
            let pixels = way.map { middle[$0] / width * 10 + middle[$0] % width }
            return pixels.first! <= pixels.last! ? pixels : pixels.reversed()
        }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test func `a line is one way from end to end`() {
        #expect(ways(["......", ".####.", "......"]) == [[11, 12, 13, 14]])
        #expect(ways([".#....", "..#...", "...#..", "...#.."]) == [[1, 12, 23, 33]])
    }

    @Test func `a lone pixel is a way of its own`() {
        #expect(ways(["...", ".#.", "..."]) == [[11]])
    }

    @Test func `a ring ends where it began`() throws {
        let way = try #require(ways([".....", ".###.", ".#.#.", ".###.", "....."]).first)
        #expect(way.count == 9 && way.first == way.last && Set(way) == [11, 12, 13, 21, 23, 31, 32, 33])
    }

    @Test func `three ways meet at a fork`() {
        let found = ways([".#######.", "....#....", "....#....", "....#....", "....#...."])
        #expect(found.count == 3)
        #expect(found.allSatisfy { $0.contains(4) && $0.count >= 4 })
        #expect(Set(found.joined()).count == 11)
    }

    @Test func `a side way no longer than the line is wide is left out`() {
        let fork = [".#######.", "....#....", "....#...."]
        #expect(ways(fork, radius: 0.5).contains { $0.contains(24) })
        #expect(!ways(fork, radius: 1.5).contains { $0.contains(24) })
    }

    @Test func `every pixel is on a way, however the line winds`() {
        let rows = [".#..##...", "..##..#..", ".......#.", "..#...#..", "...###..."]
        #expect(Set(ways(rows).joined()).count == rows.joined().count { $0 == "#" })
    }
}
