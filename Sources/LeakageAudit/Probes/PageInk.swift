import Imaging

/// What is paper on a page and what is ink, for one-number probes: one paper colour, no shading.
///
/// Paper is the commonest colour; a pixel's distance is the largest difference of its channels from it; ink is what
/// reaches half of the distance that one pixel in 2000 reaches. A page without such a contrast has no ink.
struct PageInk {
    /// RGB, 0…255 each.
    struct Colour {
        var red = 0.0
        var green = 0.0
        var blue = 0.0

        /// BT.601.
        var grey: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

        /// Degrees, 0 ..< 360; NaN for greys.
        var hue: Double {
            let largest = max(red, green, blue)
            let range = largest - min(red, green, blue)
            guard range >= 1 else { return .nan }
            let sixth =
                largest == red
                ? (green - blue) / range : largest == green ? (blue - red) / range + 2 : (red - green) / range + 4
            return 60 * (sixth < 0 ? sixth + 6 : sixth)
        }
    }

    let width: Int
    let height: Int
    /// height × width, BT.601.
    let grey: [UInt8]
    /// height × width: whether a pixel is ink.
    let mask: [Bool]
    let paper: Colour
    /// Of the ink; nil where there is none.
    let modal: Colour?
    let mean: Colour?
    private let pixels: [UInt8]

    /// The least contrast, in levels of 255, that is called ink.
    private static let leastContrast = 24

    init(_ page: Page) {
        width = page.width
        height = page.height
        pixels = page.pixels
        grey = page.grayscale.pixels
        let paper = ColourCounts(page.pixels) { _ in true }.commonest ?? Colour()
        let distances = Self.distances(page.pixels, from: paper)
        let least = Self.leastDistance(distances)
        let mask = distances.map { Int($0) >= least }
        self.paper = paper
        self.mask = mask
        let ink = ColourCounts(page.pixels) { mask[$0] }
        modal = ink.commonest
        mean = ink.mean
    }

    func colour(at index: Int) -> Colour {
        Colour(
            red: Double(pixels[3 * index]), green: Double(pixels[3 * index + 1]), blue: Double(pixels[3 * index + 2]))
    }

    private static func distances(_ pixels: [UInt8], from paper: Colour) -> [UInt8] {
        let centre = [paper.red, paper.green, paper.blue].map { Int($0.rounded()) }
        let (red, green, blue) = (centre[0], centre[1], centre[2])
        return [UInt8](unsafeUninitializedCapacity: pixels.count / 3) { out, count in
            pixels.withUnsafeBufferPointer { pixels in
                for index in 0 ..< pixels.count / 3 {
                    let ofRed = abs(Int(pixels[3 * index]) - red)
                    let ofGreen = abs(Int(pixels[3 * index + 1]) - green)
                    let ofBlue = abs(Int(pixels[3 * index + 2]) - blue)
                    out[index] = UInt8(max(ofRed, max(ofGreen, ofBlue)))
                }
            }
            count = pixels.count / 3
        }
    }

    /// Half of the ink's contrast, or more than any distance where there is none.
    private static func leastDistance(_ distances: [UInt8]) -> Int {
        var counts = [Int](repeating: 0, count: 256)
        distances.withUnsafeBufferPointer { for distance in $0 { counts[Int(distance)] += 1 } }
        let wanted = max(1, distances.count / 2000)
        var reached = 0
        let contrast = stride(from: 255, through: 0, by: -1).first { level in
            reached += counts[level]
            return reached >= wanted
        }
        guard let contrast, contrast >= leastContrast else { return 256 }
        return (contrast + 1) / 2
    }
}

/// Counts colours in cells of 16 × 16 × 16 levels, so that noise and JPEG do not make every pixel its own colour.
private struct ColourCounts {
    private var counts = [Int](repeating: 0, count: 4096)
    private var sums = [Int](repeating: 0, count: 3 * 4096)

    init(_ pixels: [UInt8], where isWanted: (Int) -> Bool) {
        counts.withUnsafeMutableBufferPointer { counts in
            sums.withUnsafeMutableBufferPointer { sums in
                pixels.withUnsafeBufferPointer { pixels in
                    for index in 0 ..< pixels.count / 3 where isWanted(index) {
                        let (red, green, blue) = (pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
                        let cell = Int(red >> 4) << 8 | Int(green >> 4) << 4 | Int(blue >> 4)
                        counts[cell] += 1
                        sums[3 * cell] += Int(red)
                        sums[3 * cell + 1] += Int(green)
                        sums[3 * cell + 2] += Int(blue)
                    }
                }
            }
        }
    }

    /// The mean colour of the fullest cell, the first of equals.
    var commonest: PageInk.Colour? {
        guard let most = counts.max(), most > 0, let cell = counts.firstIndex(of: most) else { return nil }
        return colour(sums[3 * cell], sums[3 * cell + 1], sums[3 * cell + 2], of: most)
    }

    var mean: PageInk.Colour? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        func sum(_ channel: Int) -> Int { stride(from: channel, to: sums.count, by: 3).reduce(0) { $0 + sums[$1] } }
        return colour(sum(0), sum(1), sum(2), of: total)
    }

    private func colour(_ red: Int, _ green: Int, _ blue: Int, of count: Int) -> PageInk.Colour {
        PageInk.Colour(
            red: Double(red) / Double(count), green: Double(green) / Double(count), blue: Double(blue) / Double(count))
    }
}
