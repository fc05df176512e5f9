import Imaging

/// Separates paper and ink for one-number probes, assuming one paper color without shading.
///
/// Paper is the most frequent color. A pixel's distance is the largest difference of its channels from paper. Ink
/// reaches half of the distance that one pixel in 2000 reaches. A page without such a contrast has no ink.
struct PageInk {
    /// RGB, 0…255 each.
    struct Color {
        var red = 0.0
        var green = 0.0
        var blue = 0.0

        /// The gray value (BT.601).
        var gray: Double { 0.299 * red + 0.587 * green + 0.114 * blue }

        /// The hue in degrees, 0 ..< 360; NaN for grays.
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
    /// The gray values, height × width (BT.601).
    let gray: [UInt8]
    /// Whether each pixel is ink, height × width.
    let mask: [Bool]
    let paper: Color
    /// The colors of the ink; nil without ink.
    let modal: Color?
    let mean: Color?
    private let pixels: [UInt8]

    /// The lowest contrast of ink, in levels of 255.
    private static let leastContrast = 24

    init(_ page: Page) {
        width = page.width
        height = page.height
        pixels = page.pixels
        gray = page.grayscale.pixels
        let paper = ColorCounts(page.pixels) { _ in true }.mostFrequent ?? Color()
        let distances = Self.distances(page.pixels, from: paper)
        let least = Self.leastDistance(distances)
        let mask = distances.map { Int($0) >= least }
        self.paper = paper
        self.mask = mask
        let ink = ColorCounts(page.pixels) { mask[$0] }
        modal = ink.mostFrequent
        mean = ink.mean
    }

    func color(at index: Int) -> Color {
        Color(
            red: Double(pixels[3 * index]), green: Double(pixels[3 * index + 1]), blue: Double(pixels[3 * index + 2]))
    }

    private static func distances(_ pixels: [UInt8], from paper: Color) -> [UInt8] {
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

    /// Returns half of the ink's contrast, or more than any distance without ink.
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

/// Counts colors in cells of 16 × 16 × 16 levels, so that noise and JPEG artifacts do not split a color.
private struct ColorCounts {
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

    /// Returns the mean color of the fullest cell, the first of equal cells.
    var mostFrequent: PageInk.Color? {
        guard let most = counts.max(), most > 0, let cell = counts.firstIndex(of: most) else { return nil }
        return color(sums[3 * cell], sums[3 * cell + 1], sums[3 * cell + 2], of: most)
    }

    var mean: PageInk.Color? {
        let total = counts.reduce(0, +)
        guard total > 0 else { return nil }
        func sum(_ channel: Int) -> Int { stride(from: channel, to: sums.count, by: 3).reduce(0) { $0 + sums[$1] } }
        return color(sum(0), sum(1), sum(2), of: total)
    }

    private func color(_ red: Int, _ green: Int, _ blue: Int, of count: Int) -> PageInk.Color {
        PageInk.Color(
            red: Double(red) / Double(count), green: Double(green) / Double(count), blue: Double(blue) / Double(count))
    }
}
