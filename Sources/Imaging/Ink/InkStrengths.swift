/// The strength of each pixel of a preprocessed picture, as defined by `TraceStatistics`.
struct InkStrengths {
    /// height × width: 1 for a strength of at least ¼, else 0.
    let ink: [UInt8]
    /// Mean strength.
    let mean: Double
    /// Share of pixels with a strength from 0.05 to ¼.
    let haze: Double

    init(of picture: GrayImage) {
        let total = picture.pixels.count
        let grays = Self.counts(of: picture.pixels)
        var (paper, below) = (0, grays[0])
        while 2 * below < total {
            paper += 1
            below += grays[paper]
        }
        // The number of pixels at each distance from the paper.
        var distances = [Int](repeating: 0, count: 256)
        for gray in 0 ... 255 { distances[abs(gray - paper)] += grays[gray] }
        let wanted = max(1, total / 2000)
        var (contrast, reached) = (255, distances[255])
        while reached < wanted, contrast > 1 {
            contrast -= 1
            reached += distances[contrast]
        }
        var (sum, hazy) = (0.0, 0)
        for distance in 0 ... 255 {
            let strength = min(Double(distance) / Double(contrast), 1)
            sum += strength * Double(distances[distance])
            if strength >= 0.05, strength < 0.25 { hazy += distances[distance] }
        }
        mean = sum / Double(total)
        haze = Double(hazy) / Double(total)
        let isInk = (0 ... 255).map { UInt8(4 * abs($0 - paper) >= contrast ? 1 : 0) }
        ink = Self.translated(picture.pixels, by: isInk, mostly: UInt8(paper))
    }

    /// Translates each byte by a table of 256, runs of the paper's level at once.
    private static func translated(_ pixels: [UInt8], by table: [UInt8], mostly paper: UInt8) -> [UInt8] {
        var translated = [UInt8](repeating: table[Int(paper)], count: pixels.count)
        pixels.withUnsafeBufferPointer { pixels in
            translated.withUnsafeMutableBufferPointer { translated in
                ByteRuns.others(than: paper, in: pixels) { translated[$0] = table[Int(pixels[$0])] }
            }
        }
        return translated
    }

    /// Counts the pixels of each gray level.
    private static func counts(of pixels: [UInt8]) -> [Int] {
        var counts = [Int](repeating: 0, count: 256)
        pixels.withUnsafeBufferPointer { pixels in
            counts.withUnsafeMutableBufferPointer { counts in
                // The corner pixel is usually paper.
                var counted = 0
                ByteRuns.others(than: pixels[0], in: pixels) {
                    counts[Int(pixels[$0])] &+= 1
                    counted += 1
                }
                counts[Int(pixels[0])] += pixels.count - counted
            }
        }
        return counts
    }
}
