import LinearAlgebra
import Testing

@testable import Imaging

struct PNGFilterTests {
    /// Filtered by the specification's formulas, byte by byte.
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

    @Test(arguments: 1 ... 4)
    func `every filter is undone`(step: Int) {
        var random = SeededGenerator(seed: UInt64(step))
        for filter in UInt8(0) ... 4 {
            for pixels in [1, 2, 5, 40] {
                // Extremes are where sums and differences run over.
                let bytes = {
                    [UInt8](
                        (0 ..< pixels * step).map { _ in
                            [0, 255, UInt8(random.integer(below: 256))][random.integer(below: 3)]
                        })
                }
                let (row, above) = (bytes(), bytes())
                var found = filtered(filter, row, above: above, step: step)
                let isKnown = found.withUnsafeMutableBufferPointer { found in
                    above.withUnsafeBufferPointer { above in
                        PNGFilter.undo(
                            filter, on: found.baseAddress!, above: above.baseAddress!, count: row.count, step: step)
                    }
                }
                #expect(isKnown && found == row, "filter \(filter), \(pixels) pixels of \(step) bytes")
            }
        }
    }

    @Test(arguments: 1 ... 4)
    func `rows of paper with a line across are undone`(step: Int) {
        var random = SeededGenerator(seed: 9)
        for turn in 0 ..< 200 {
            // One colour of paper, or a second one in a part of either row.
            func bytes() -> [UInt8] {
                let change = random.integer(below: 60)
                let width = random.integer(below: 4)
                return (0 ..< 40).flatMap { x -> [UInt8] in
                    let shade = (change ..< change + width).contains(x) ? random.integer(below: 256) : 250
                    return (0 ..< step).map { UInt8(truncatingIfNeeded: shade + ($0 == 2 ? 3 : 0)) }
                }
            }
            let (row, above) = (bytes(), turn % 7 == 0 ? [UInt8](repeating: 0, count: 40 * step) : bytes())
            var found = filtered(4, row, above: above, step: step)
            _ = found.withUnsafeMutableBufferPointer {
                PNGFilter.undo(4, on: $0.baseAddress!, above: above, count: row.count, step: step)
            }
            #expect(found == row)
        }
    }

    @Test func `Paeth by hand prefers left, then above, then the corner`() {
        // left 10, above 20, corner 15: the estimate 15 is nearest to the corner. left 5, above 5, corner 5: left.
        var row: [UInt8] = [10, 1]
        let isKnown = row.withUnsafeMutableBufferPointer {
            PNGFilter.undo(4, on: $0.baseAddress! + 0, above: [0, 0], count: 2, step: 1)
        }
        #expect(isKnown && row == [10, 11])
        var second: [UInt8] = [251, 2]
        _ = second.withUnsafeMutableBufferPointer {
            PNGFilter.undo(4, on: $0.baseAddress!, above: [15, 20], count: 2, step: 1)
        }
        // 15 + 251 = 266 → 10; then the corner, 15, and 2.
        #expect(second == [10, 17])
    }

    @Test func `there is no sixth filter`() {
        var row: [UInt8] = [1, 2, 3]
        let isKnown = row.withUnsafeMutableBufferPointer {
            PNGFilter.undo(5, on: $0.baseAddress!, above: [0, 0, 0], count: 3, step: 1)
        }
        #expect(!isKnown)
    }
}
