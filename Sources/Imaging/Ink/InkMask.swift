/// The ink pixels of a page: the drawing without its colors.
///
/// 1. The paper's color is measured in each part of the page (`PaperMap`).
/// 2. A pixel's distance is the largest difference of its three channels from the paper there. At an edge that blends
///    ink into paper, distance is proportional to the ink's coverage, whatever the two colors. Where light and
///    therefore contrast fade over the page, distance is scaled up by the paper's loss of brightness in its brightest
///    channel. On dark paper the same rule applies to the negative.
/// 3. The contrast of the ink is the distance that one pixel in 2000 reaches: full ink rather than a few specks.
/// 4. Ink is every pixel that reaches half of that contrast, and is therefore at least half covered by ink.
///
/// The mask depends on coverage alone and not on the colors of ink and paper, except for rounding to 8 bits. A grid
/// fainter than half the trace is not ink.
struct InkMask {
    let width: Int
    let height: Int
    /// height × width: 0 where there is ink, 255 where there is paper.
    let pixels: [UInt8]

    /// The minimum contrast of ink, in levels of 255. JPEG, scanners and light change paper by less.
    static let minimumContrast = 24

    /// - Throws: `ImageError.noInk`.
    init(_ page: Page, name: String) throws {
        width = page.width
        height = page.height
        var pixels = Self.distances(page)
        let contrast = Self.contrast(of: pixels)
        guard contrast >= Self.minimumContrast else {
            throw ImageError.noInk(file: name, finding: .contrast(found: contrast, bound: Self.minimumContrast))
        }
        let least = UInt8((contrast + 1) / 2)
        pixels.withUnsafeMutableBufferPointer { Self.draw(from: least, in: $0) }
        self.pixels = pixels
        guard formsLines else { throw ImageError.noInk(file: name, finding: .scattered) }
    }

    /// Sets distances of at least `least` to 0 and smaller ones to 255.
    private static func draw(from least: UInt8, in pixels: UnsafeMutableBufferPointer<UInt8>) {
        // The sign of a difference instead of a branch, which would be mispredicted at the edges of ink.
        for index in pixels.indices {
            pixels[index] = UInt8(truncatingIfNeeded: (Int16(pixels[index]) &- Int16(least)) &>> 8)
        }
    }

    /// The mask as a picture with black ink on white paper.
    var image: GrayImage { GrayImage(width: width, height: height, pixels: pixels) }

    /// Returns the distance that one pixel in 2000 reaches; in a small page, the largest distance.
    static func contrast(of distances: [UInt8]) -> Int {
        var counts = [Int](repeating: 0, count: 256)
        distances.withUnsafeBufferPointer { distances in
            counts.withUnsafeMutableBufferPointer { counts in
                var counted = 0
                ByteRuns.others(than: 0, in: distances) {
                    counts[Int(distances[$0])] &+= 1
                    counted += 1
                }
                counts[0] += distances.count - counted
            }
        }
        let wanted = max(1, distances.count / 2000)
        var (level, reached) = (255, counts[255])
        while reached < wanted {
            level -= 1
            reached += counts[level]
        }
        return level
    }

    /// Whether ink pixels form lines rather than noise.
    ///
    /// The test counts pairs of touching ink pixels: right, below, and both diagonals below. A line one pixel wide has
    /// one pair per pixel; random noise that covers a share p of the pixels has 4p. The threshold of ¾ + 2p lies
    /// between both as long as p is below ⅜. In noise, less than ⅕ of the pixels reach half of its extreme value.
    private var formsLines: Bool {
        let (ink, pairs) = Self.touching(pixels, width: width, height: height)
        let share = Double(ink) / Double(width * height)
        return Double(pairs) >= (0.75 + 2 * share) * Double(ink)
    }

    /// Counts ink pixels and touching pairs of them.
    ///
    /// - Parameter pixels: height × width, 0 for ink and 255 for paper.
    static func touching(_ pixels: [UInt8], width: Int, height: Int) -> (ink: Int, pairs: Int) {
        var (ink, pairs) = (0, 0)
        pixels.withUnsafeBufferPointer { pixels in
            for y in 0 ..< height {
                let row = pixels.baseAddress! + y * width
                let below = y + 1 < height ? row + width : nil
                var x = ByteRuns.end(of: 255, in: row, from: 0, end: width)
                while x < width {
                    if let below, x > 0, x + 9 <= width {
                        let here = inkOfEight(row + x)
                        ink += sum(here)
                        pairs += sum(
                            (here & inkOfEight(row + x + 1)) &+ (here & inkOfEight(below + x - 1))
                                &+ (here & inkOfEight(below + x)) &+ (here & inkOfEight(below + x + 1)))
                        x += 8
                    } else {
                        ink += 1
                        if x + 1 < width, row[x + 1] == 0 { pairs += 1 }
                        if let below {
                            for place in max(x - 1, 0) ... min(x + 1, width - 1) where below[place] == 0 { pairs += 1 }
                        }
                        x += 1
                    }
                    x = ByteRuns.end(of: 255, in: row, from: x, end: width)
                }
            }
        }
        return (ink, pairs)
    }

    /// Returns 1 for ink and 0 for paper in each of eight bytes.
    private static func inkOfEight(_ pixels: UnsafePointer<UInt8>) -> UInt64 {
        ~UnsafeRawPointer(pixels).loadUnaligned(as: UInt64.self) & 0x0101_0101_0101_0101
    }

    /// Returns the sum of eight bytes; it must be less than 256.
    private static func sum(_ bytes: UInt64) -> Int { Int((bytes &* 0x0101_0101_0101_0101) >> 56) }
}

extension InkMask {
    /// Returns the distance of each pixel from the paper: height × width, 0…255.
    static func distances(_ page: Page) -> [UInt8] {
        let paper = PaperMap(page)
        return [UInt8](unsafeUninitializedCapacity: page.width * page.height) { out, count in
            page.pixels.withUnsafeBufferPointer { pixels in
                if let color = paper.uniform {
                    let color = SolidColor(red: color.red, green: color.green, blue: color.blue)
                    let solid = page.solid.color == color ? page.solid : SolidOctets(of: page.pixels, color: color)
                    measure(pixels.baseAddress!, from: solid, out.baseAddress!)
                } else {
                    measure(pixels.baseAddress!, page, from: paper, out.baseAddress!)
                }
            }
            count = page.width * page.height
        }
    }

    private static func measure(
        _ pixels: UnsafePointer<UInt8>, from paper: SolidOctets, _ out: UnsafeMutablePointer<UInt8>
    ) {
        out.update(repeating: 0, count: paper.pixelCount)
        paper.forEachMixed { paper.color.distances(ofEight: pixels + 24 * $0, into: out + 8 * $0) }
        for index in 8 * paper.octets ..< paper.pixelCount { out[index] = paper.color.distance(pixels + 3 * index) }
    }

    /// Measures distances on shaded paper.
    private static func measure(
        _ pixels: UnsafePointer<UInt8>, _ page: Page, from paper: PaperMap, _ out: UnsafeMutablePointer<UInt8>
    ) {
        let median = paper.median.map(Float.init)
        let isDark = median.max()! + median.min()! < 255
        // In the negative, paper and page become 255 minus themselves: differences stay, brightness changes.
        let brightness = median.map { isDark ? 255 - $0 : $0 }
        let brightest = brightness.indices.max { brightness[$0] < brightness[$1] }!
        let line = UnsafeMutablePointer<Float>.allocate(capacity: 3 * page.width)
        defer { line.deallocate() }
        for y in 0 ..< page.height {
            paper.row(y, width: page.width, height: page.height, into: line)
            for x in 0 ..< page.width {
                let (pixel, here) = (pixels + 3 * (y * page.width + x), line + 3 * x)
                let distance = max(
                    abs(Float(pixel[0]) - here[0]), max(abs(Float(pixel[1]) - here[1]), abs(Float(pixel[2]) - here[2])))
                let light = isDark ? 255 - here[brightest] : here[brightest]
                let scaled = distance * brightness[brightest] / max(light, 1)
                out[y * page.width + x] = UInt8(min(scaled + 0.5, 255))
            }
        }
    }
}
