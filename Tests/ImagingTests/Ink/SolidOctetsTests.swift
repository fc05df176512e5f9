import LinearAlgebra
import Testing

@testable import Imaging

struct SolidOctetsTests {
    private static let paper = SolidColor(red: 250, green: 240, blue: 9)

    /// Returns paper with other pixels in random places.
    private func pixels(_ count: Int, others: Int, _ random: inout SeededGenerator) -> [UInt8] {
        var pixels = (0 ..< count).flatMap { _ -> [UInt8] in [250, 240, 9] }
        for _ in 0 ..< others where count > 0 { pixels[random.integer(below: pixels.count)] ^= 1 }
        return pixels
    }

    @Test func `an octet is marked if one of its pixels has another color`() {
        // 75 pixels: nine octets and three more. Another color in the second octet and behind the last.
        var pixels = (0 ..< 75).flatMap { _ -> [UInt8] in [250, 240, 9] }
        pixels[24 + 5] = 8
        pixels[9 * 24 + 1] = 10
        let parts = SolidOctets(of: pixels, color: Self.paper)
        #expect(parts.marks == [0b10] && parts.octets == 9)
        #expect(parts.mixedPixels(in: 0 ..< 8) == 0)
        #expect(parts.mixedPixels(in: 7 ..< 9) == 2)  // at most all pixels of the range
        #expect(parts.mixedPixels(in: 0 ..< 72) == 8)
        #expect(parts.mixedPixels(in: 16 ..< 75) == 3)  // the pixels after the last octet may have any color
        #expect(parts.mixedPixels(in: 40 ..< 40) == 0)
    }

    @Test func `marks agree with a search pixel by pixel`() {
        var random = SeededGenerator(seed: 1)
        for _ in 0 ..< 100 {
            let count = 1 + random.integer(below: 1500)
            let pixels = pixels(count, others: random.integer(below: 8), &random)
            let parts = SolidOctets(of: pixels, color: Self.paper)
            let isOther = (0 ..< count).map { Self.paper.distance(Array(pixels[3 * $0 ..< 3 * $0 + 3])) > 0 }
            let wanted = (0 ..< count / 8).filter { isOther[8 * $0 ..< 8 * $0 + 8].contains(true) }
            var found: [Int] = []
            parts.forEachMixed { found.append($0) }
            #expect(found == wanted)
            for _ in 0 ..< 20 {
                let from = random.integer(below: count)
                let range = from ..< from + random.integer(below: count - from + 1)
                let others = range.filter { isOther[$0] }.count
                // Extra pixels are counted only in the same octets and after the last octet.
                let octets = wanted.filter { range.overlaps(8 * $0 ..< 8 * $0 + 8) }.count
                let most = 8 * octets + range.filter { $0 >= count / 8 * 8 }.count
                #expect((others ... max(others, min(most, range.count))).contains(parts.mixedPixels(in: range)))
            }
        }
    }
}
