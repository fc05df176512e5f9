/// Where a page is of one colour: most of it is paper, and what is drawn is found without looking at all of it again.
///
/// The page is taken eight pixels at a time, across the ends of rows too.
struct PlainParts: Equatable, Sendable {
    let colour: PlainColour
    let pixelCount: Int
    /// A bit for each eight pixels, the first in the lowest: 1 where one of them is of another colour. The pixels
    /// behind the last eight, fewer than eight, have none.
    private(set) var marks: [UInt64]

    var eights: Int { pixelCount / 8 }

    /// - Parameter pixels: RGB interleaved.
    init(of pixels: [UInt8], colour: PlainColour) {
        self.colour = colour
        pixelCount = pixels.count / 3
        let eights = pixelCount / 8
        marks = [UInt64](repeating: 0, count: (eights + 63) / 64)
        pixels.withUnsafeBufferPointer { pixels in
            marks.withUnsafeMutableBufferPointer { marks in
                var eight = 0
                while eight < eights {
                    let here = pixels.baseAddress! + 24 * eight
                    if eight + 4 <= eights, colour.fillsThirtyTwo(here) {
                        eight += 4
                    } else {
                        if !colour.fillsEight(here) { marks[eight >> 6] |= 1 << UInt64(eight & 63) }
                        eight += 1
                    }
                }
            }
        }
    }

    /// Calls `body` with the eights that hold other colours, ascending.
    @inline(__always)
    func forEachOther(_ body: (Int) -> Void) {
        for (index, word) in marks.enumerated() {
            var word = word
            while word != 0 {
                body(64 * index + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
    }

    /// How many of some pixels in a row may be of another colour: at most so many are.
    func others(among pixels: Range<Int>) -> Int {
        var others = max(0, pixels.upperBound - max(pixels.lowerBound, 8 * eights))
        var first = pixels.lowerBound / 8
        let end = min((pixels.upperBound + 7) / 8, eights)
        while first < end {
            // What is left of a word from there on.
            var word = marks[first >> 6] >> UInt64(first & 63)
            let count = min(64 - first & 63, end - first)
            if count < 64 { word &= 1 << UInt64(count) - 1 }
            if word != 0 { others += 8 * word.nonzeroBitCount }
            first += count
        }
        return min(others, pixels.count)
    }
}
