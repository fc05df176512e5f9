import LinearAlgebra
import Testing

@testable import Imaging

struct LineThinningTests {
    private func thinned(_ rows: [String]) -> [String] {
        let width = rows[0].count
        let isInk = rows.joined().map { UInt8($0 == "#" ? 1 : 0) }
        let middle = Set(LineThinning(isInk, width: width, height: rows.count).middle)
        return rows.indices.map { y in
            String((0 ..< width).map { middle.contains(y * width + $0) ? "#" : "." as Character })
        }
    }

    @Test func `a bar becomes a line along its middle`() {
        #expect(
            thinned([".........", ".#######.", ".#######.", ".#######.", "........."])
                == [".........", ".........", "..####...", ".........", "........."])
    }

    @Test func `a line of one pixel stays, whatever its direction`() {
        for lines in [
            [".......", ".#####.", "......."], ["...", ".#.", ".#.", ".#.", "..."],
            [".....", ".#...", "..#..", "...#.", "....."],
        ] { #expect(thinned(lines) == lines) }
    }

    @Test func `the number of pieces stays, and no pixel lies outside the ink`() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0 ..< 20 {
            let (width, height) = (40, 30)
            var isInk = [UInt8](repeating: 0, count: width * height)
            for _ in 0 ..< 6 {
                let (x, y) = (1 + generator.integer(below: 28), 1 + generator.integer(below: 22))
                let (w, h) = (1 + generator.integer(below: 10), 1 + generator.integer(below: 6))
                for row in y ..< y + h { for column in x ..< x + w { isInk[row * width + column] = 1 } }
            }
            let middle = LineThinning(isInk, width: width, height: height).middle
            var thin = [UInt8](repeating: 0, count: isInk.count)
            for index in middle {
                #expect(isInk[index] == 1)
                thin[index] = 1
            }
            #expect(pieces(thin, width) == pieces(isInk, width))
        }
    }

    /// Returns the number of 8-connected pieces.
    private func pieces(_ isInk: [UInt8], _ width: Int) -> Int {
        var (left, count) = (Set(isInk.indices.filter { isInk[$0] == 1 }), 0)
        while let start = left.first {
            count += 1
            var waiting = [start]
            left.remove(start)
            while let index = waiting.popLast() {
                for offset in [-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1]
                where left.remove(index + offset) != nil { waiting.append(index + offset) }
            }
        }
        return count
    }
}
