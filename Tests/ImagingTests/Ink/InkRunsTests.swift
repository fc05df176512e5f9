import LinearAlgebra
import Testing

@testable import Imaging

struct InkRunsTests {
    @Test func `runs and pieces of a small picture, worked by hand`() {
        let ink: [UInt8] = [
            1, 1, 0, 0, 1,
            0, 0, 1, 0, 1,
            0, 0, 0, 0, 0,
            1, 0, 1, 1, 1,
        ]
        let runs = InkRuns(of: ink, width: 5, height: 4)
        #expect(runs.rowCount == 4)
        #expect(Array(runs.ofRow(0)) == [0 ..< 2, 4 ..< 5] && Array(runs.ofRow(1)) == [2 ..< 3, 4 ..< 5])
        #expect(runs.ofRow(2).isEmpty && Array(runs.ofRow(3)) == [0 ..< 1, 2 ..< 5])
        // Pieces touch at corners: two and one; the column at the right; and below the gap one and three.
        #expect(InkPieces(of: runs).sizes.sorted() == [1, 2, 3, 3])
    }

    @Test func `a picture without ink has no runs and no pieces`() {
        let runs = InkRuns(of: [0, 0, 0, 0, 0, 0], width: 2, height: 3)
        #expect(runs.runs.isEmpty && runs.rowCount == 3)
        #expect(InkPieces(of: runs).sizes.isEmpty)
    }

    @Test func `runs cover the ink and nothing else`() {
        var random = SeededGenerator(seed: 8)
        for _ in 0 ..< 60 {
            let (width, height) = (1 + random.integer(below: 70), 1 + random.integer(below: 9))
            let share = random.uniform()
            let ink = (0 ..< width * height).map { _ -> UInt8 in random.uniform() < share ? 1 : 0 }
            let runs = InkRuns(of: ink, width: width, height: height)
            var covered = [UInt8](repeating: 0, count: ink.count)
            for y in 0 ..< height {
                let row = Array(runs.ofRow(y))
                for run in row { for x in run { covered[y * width + x] += 1 } }
                // Between two runs there is paper.
                #expect(zip(row, row.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound })
            }
            #expect(covered == ink)
            #expect(InkPieces(of: runs).sizes.reduce(0, +) == ink.count { $0 == 1 })
        }
    }
}
