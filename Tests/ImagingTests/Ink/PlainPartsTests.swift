import LinearAlgebra
import Testing

@testable import Imaging

struct PlainPartsTests {
    private static let paper = PlainColour(red: 250, green: 240, blue: 9)

    /// Paper with other pixels here and there.
    private func pixels(_ count: Int, others: Int, _ random: inout SeededGenerator) -> [UInt8] {
        var pixels = (0 ..< count).flatMap { _ -> [UInt8] in [250, 240, 9] }
        for _ in 0 ..< others where count > 0 { pixels[random.integer(below: pixels.count)] ^= 1 }
        return pixels
    }

    @Test func `an eight is marked if one of its pixels is of another colour, by hand`() {
        // 75 pixels: nine eights and three more. Another colour in the second eight and behind the last.
        var pixels = (0 ..< 75).flatMap { _ -> [UInt8] in [250, 240, 9] }
        pixels[24 + 5] = 8
        pixels[9 * 24 + 1] = 10
        let parts = PlainParts(of: pixels, colour: Self.paper)
        #expect(parts.marks == [0b10] && parts.eights == 9)
        #expect(parts.others(among: 0 ..< 8) == 0)
        #expect(parts.others(among: 7 ..< 9) == 2)  // no more than there are
        #expect(parts.others(among: 0 ..< 72) == 8)
        #expect(parts.others(among: 16 ..< 75) == 3)  // those behind the last eight may be of any colour
        #expect(parts.others(among: 40 ..< 40) == 0)
    }

    @Test func `marks are those of a search pixel by pixel`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0 ..< 100 {
            let count = 1 + random.integer(below: 1500)
            let pixels = pixels(count, others: random.integer(below: 8), &random)
            let parts = PlainParts(of: pixels, colour: Self.paper)
            let isOther = (0 ..< count).map { Self.paper.distance(Array(pixels[3 * $0 ..< 3 * $0 + 3])) > 0 }
            let wanted = (0 ..< count / 8).filter { isOther[8 * $0 ..< 8 * $0 + 8].contains(true) }
            var found: [Int] = []
            parts.forEachOther { found.append($0) }
            #expect(found == wanted)
            for _ in 0 ..< 20 {
                let from = random.integer(below: count)
                let range = from ..< from + random.integer(below: count - from + 1)
                let others = range.filter { isOther[$0] }.count
                // Too many are counted only for other pixels of the same eights, and behind the last eight.
                let eights = wanted.filter { range.overlaps(8 * $0 ..< 8 * $0 + 8) }.count
                let most = 8 * eights + range.filter { $0 >= count / 8 * 8 }.count
                #expect((others ... max(others, min(most, range.count))).contains(parts.others(among: range)))
            }
        }
    }
}
