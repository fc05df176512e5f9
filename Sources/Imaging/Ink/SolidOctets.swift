/// The parts of a page that have a single color, usually the paper's, so that the drawing is found without reading
/// every pixel again.
///
/// The page is divided into octets, groups of eight consecutive pixels, across the ends of rows too.
struct SolidOctets: Equatable, Sendable {
    let color: SolidColor
    let pixelCount: Int
    /// One bit per octet, the first in the lowest: 1 if one of its pixels has another color. Pixels after the last
    /// complete octet have none.
    private(set) var marks: [UInt64]

    var octets: Int { pixelCount / 8 }

    /// - Parameter pixels: RGB interleaved.
    init(of pixels: [UInt8], color: SolidColor) {
        self.color = color
        pixelCount = pixels.count / 3
        let octets = pixelCount / 8
        marks = [UInt64](repeating: 0, count: (octets + 63) / 64)
        pixels.withUnsafeBufferPointer { pixels in
            marks.withUnsafeMutableBufferPointer { marks in
                var octet = 0
                while octet < octets {
                    let here = pixels.baseAddress! + 24 * octet
                    if octet + 4 <= octets, color.fillsThirtyTwo(here) {
                        octet += 4
                    } else {
                        if !color.fillsEight(here) { marks[octet >> 6] |= 1 << UInt64(octet & 63) }
                        octet += 1
                    }
                }
            }
        }
    }

    /// Calls `body` with the index of each octet that has other colors, ascending.
    @inline(__always)
    func forEachMixed(_ body: (Int) -> Void) {
        for (index, word) in marks.enumerated() {
            var word = word
            while word != 0 {
                body(64 * index + word.trailingZeroBitCount)
                word &= word - 1
            }
        }
    }

    /// Returns an upper bound of the number of pixels with another color in a range of pixels.
    func mixedPixels(in pixels: Range<Int>) -> Int {
        var mixed = max(0, pixels.upperBound - max(pixels.lowerBound, 8 * octets))
        var first = pixels.lowerBound / 8
        let end = min((pixels.upperBound + 7) / 8, octets)
        while first < end {
            // The rest of the word from this octet on.
            var word = marks[first >> 6] >> UInt64(first & 63)
            let count = min(64 - first & 63, end - first)
            if count < 64 { word &= 1 << UInt64(count) - 1 }
            if word != 0 { mixed += 8 * word.nonzeroBitCount }
            first += count
        }
        return min(mixed, pixels.count)
    }
}
