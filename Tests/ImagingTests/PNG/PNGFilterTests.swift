import LinearAlgebra
import Testing

@testable import Imaging

struct PNGFilterTests {
    /// Filters a row byte by byte by the specification's formulas.
    private func filtered(_ filter: UInt8, _ row: [UInt8], above: [UInt8], step: Int) -> [UInt8] {
        row.indices.map { index in
            let left = index < step ? 0 : Int(row[index - step])
            let corner = index < step ? 0 : Int(above[index - step])
            let up = Int(above[index])
            let estimate = left + up - corner
            let paeth = [left, up, corner].enumerated().min {
                (abs($0.element - estimate), $0.offset) < (abs($1.element - estimate), $1.offset)
            }
            let predicted = [0, left, up, (left + up) / 2, paeth?.element ?? 0][Int(filter)]
            return UInt8(truncatingIfNeeded: Int(row[index]) - predicted)
        }
    }

    /// Returns the unfiltered row and the changed range. Both buffers end with an extra byte that must not change.
    private func undone(
        _ filter: UInt8, _ row: [UInt8], above: [UInt8], step: Int
    ) -> (row: [UInt8], changed: Range<Int>)? {
        var line = above + [77]
        let changed = line.withUnsafeMutableBufferPointer {
            PNGFilter.undo(filter, row + [99], on: $0.baseAddress!, count: row.count, step: step)
        }
        #expect(line.last == 77)
        return changed.map { (Array(line.dropLast()), $0) }
    }

    @Test(arguments: 1 ... 4)
    func `every filter is reversed`(step: Int) {
        var random = SeededGenerator(seed: UInt64(step))
        for filter in UInt8(0) ... 4 {
            for pixels in [1, 2, 5, 40] {
                // Extreme values make sums and differences overflow.
                let bytes = {
                    [UInt8](
                        (0 ..< pixels * step).map { _ in
                            [0, 255, UInt8(random.integer(below: 256))][random.integer(below: 3)]
                        })
                }
                let (row, above) = (bytes(), bytes())
                let found = undone(filter, filtered(filter, row, above: above, step: step), above: above, step: step)
                #expect(found?.row == row, "filter \(filter), \(pixels) pixels of \(step) bytes")
            }
        }
    }

    @Test(arguments: 1 ... 4)
    func `filtered rows of paper with a line across are restored`(step: Int) {
        var random = SeededGenerator(seed: 9)
        for turn in 0 ..< 200 {
            // One color of paper, or a second one in a part of either row.
            func bytes() -> [UInt8] {
                let change = random.integer(below: 60)
                let width = random.integer(below: 4)
                return (0 ..< 40).flatMap { x -> [UInt8] in
                    let shade = (change ..< change + width).contains(x) ? random.integer(below: 256) : 250
                    return (0 ..< step).map { UInt8(truncatingIfNeeded: shade + ($0 == 2 ? 3 : 0)) }
                }
            }
            let (row, above) = (bytes(), turn % 7 == 0 ? [UInt8](repeating: 0, count: 40 * step) : bytes())
            let found = undone(4, filtered(4, row, above: above, step: step), above: above, step: step)
            #expect(found?.row == row)
        }
    }

    @Test func `outside the returned range a row equals the row above`() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0 ..< 300 {
            let count = 1 + random.integer(below: 100)
            let above = (0 ..< count).map { _ in UInt8(random.integer(below: 256)) }
            var row = above
            for _ in 0 ..< random.integer(below: 3) { row[random.integer(below: count)] ^= 64 }
            for filter in UInt8(0) ... 4 {
                let found = try #require(
                    undone(filter, filtered(filter, row, above: above, step: 1), above: above, step: 1))
                #expect(found.row == row && found.changed.upperBound <= count)
                #expect(row.indices.allSatisfy { found.changed.contains($0) || row[$0] == above[$0] })
            }
        }
        let alike = try #require(undone(2, [0, 0, 0, 0, 0], above: [1, 2, 3, 4, 5], step: 1))
        #expect(alike.changed.isEmpty && alike.row == [1, 2, 3, 4, 5])
        #expect(undone(2, [0, 0, 0, 1, 0], above: [1, 2, 3, 4, 5], step: 1)?.changed == 3 ..< 4)
    }

    @Test func `the Paeth filter prefers left, then above, then the corner`() {
        // left 10, above 20, corner 15: the estimate 15 is nearest to the corner. left 5, above 5, corner 5: left.
        #expect(undone(4, [10, 1], above: [0, 0], step: 1)?.row == [10, 11])
        // 15 + 251 = 266 → 10; then the corner, 15, and 2.
        #expect(undone(4, [251, 2], above: [15, 20], step: 1)?.row == [10, 17])
        // The same in the second channel of pixels of three and four bytes.
        for step in 3 ... 4 {
            func pixels(_ bytes: UInt8...) -> [UInt8] { bytes.flatMap { [0, $0, 0, 0].prefix(step) } }
            #expect(undone(4, pixels(251, 2), above: pixels(15, 20), step: step)?.row == pixels(10, 17))
        }
    }

    @Test func `an unknown filter is rejected`() {
        #expect(undone(5, [1, 2, 3], above: [0, 0, 0], step: 1) == nil)
    }
}
