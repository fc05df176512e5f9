import Testing

@testable import Imaging

struct StrokeTracingTests {
    /// Returns the paths in a drawing as places (row · 10 + column), each from its smaller end.
    private func paths(_ rows: [String], radius: Float = 0.5) -> [[Int]] {
        let width = rows[0].count
        let middle = Array(rows.joined()).indices.filter { Array(rows.joined())[$0] == "#" }
        let tracing = StrokeTracing(middle, width: width, radii: middle.map { _ in radius })
        return tracing.paths.map { path in
            let pixels = path.map { middle[$0] / width * 10 + middle[$0] % width }
            return pixels.first! <= pixels.last! ? pixels : pixels.reversed()
        }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    @Test func `a line is one path from end to end`() {
        #expect(paths(["......", ".####.", "......"]) == [[11, 12, 13, 14]])
        #expect(paths([".#....", "..#...", "...#..", "...#.."]) == [[1, 12, 23, 33]])
    }

    @Test func `a single pixel is a path`() {
        #expect(paths(["...", ".#.", "..."]) == [[11]])
    }

    @Test func `a ring ends where it began`() throws {
        let path = try #require(paths([".....", ".###.", ".#.#.", ".###.", "....."]).first)
        #expect(path.count == 9 && path.first == path.last && Set(path) == [11, 12, 13, 21, 23, 31, 32, 33])
    }

    @Test func `three paths meet at a fork`() {
        let found = paths([".#######.", "....#....", "....#....", "....#....", "....#...."])
        #expect(found.count == 3)
        #expect(found.allSatisfy { $0.contains(4) && $0.count >= 4 })
        #expect(Set(found.joined()).count == 11)
    }

    @Test func `a side path no longer than the line is wide is left out`() {
        let fork = [".#######.", "....#....", "....#...."]
        #expect(paths(fork, radius: 0.5).contains { $0.contains(24) })
        #expect(!paths(fork, radius: 1.5).contains { $0.contains(24) })
    }

    @Test func `every pixel of a winding line is on a path`() {
        let rows = [".#..##...", "..##..#..", ".......#.", "..#...#..", "...###..."]
        #expect(Set(paths(rows).joined()).count == rows.joined().count { $0 == "#" })
    }
}
