/// Redraws a page with a thicker or a thinner pen on the same paper.
///
/// 1. The ink's coverage (`InkCoverage`) is enlarged (bilinear, twofold up to 1 megapixel) and thresholded at one half,
///    which keeps the edge between the pixels.
/// 2. The lines' half-width h is 2m − 1, where m is the mean distance of ink to the nearest paper. This is exact for a
///    line of constant width.
/// 3. `doubled` widens the ink by h on each side. `halved` removes half of the local half-width, so that a line thinner
///    than the others survives. The local half-width is the largest distance to paper within h, less ¼, the average
///    distance of pixel centers from the center line.
/// 4. The new edge is drawn anti-aliased, by distance. Where coverage grew, ink is mixed into the page; where it
///    shrank, paper (`PaperMap`). A grid and the paper's shades stay.
enum LineWidth {
    case doubled, halved

    /// - Throws: `ImageError.noInk`.
    func apply(to page: Page, name: String) throws -> Page {
        let old = try InkCoverage(page, name: name)
        let shape = InkShape(old)
        switch self {
        case .doubled:
            let new = shape.widened(by: shape.halfWidth)
            return page.redrawn(on: old.paper) { index, pixel, _ in
                let (was, isNow) = (old.values[index], new[index])
                return isNow > was ? pixel + (isNow - was) / (1 - was) * (old.ink - pixel) : pixel
            }
        case .halved:
            let new = shape.thinned(by: 0.5)
            let isNear = shape.surroundings
            return page.redrawn(on: old.paper) { index, pixel, paper in
                let (was, isNow) = (old.values[index], new[index])
                return isNear[index] && isNow < was ? paper + isNow / was * (pixel - paper) : pixel
            }
        }
    }
}

/// Ink and paper at a finer resolution than the page's pixels.
private struct InkShape {
    private let page: (width: Int, height: Int)
    private let factor: Int
    private let width: Int
    private let height: Int
    private let isInk: [Bool]
    /// Distance of ink to the nearest paper, in fine pixels; 0 on paper.
    private let depth: [Float]
    /// Half-width of the lines, in fine pixels.
    let halfWidth: Float

    init(_ coverage: InkCoverage) {
        page = (coverage.width, coverage.height)
        factor = coverage.values.count <= 1_000_000 ? 2 : 1
        width = factor * page.width
        height = factor * page.height
        let levels = GrayImage(
            width: page.width, height: page.height, pixels: coverage.values.map { UInt8(($0 * 255).rounded()) })
        let (width, height) = (width, height)
        let isInk = Resampling.bilinear.resize(levels, width: width, height: height).pixels.map { $0 >= 128 }
        self.isInk = isInk
        let depth = isInk.withUnsafeBufferPointer { isInk in
            DistanceMap(width: width, height: height) { !isInk[$0] }.values.map { min($0, Float(width + height)) }
        }
        self.depth = depth
        var (sum, count) = (0.0, 0)
        for index in isInk.indices where isInk[index] {
            sum += Double(depth[index])
            count += 1
        }
        halfWidth = count > 0 ? max(Float(2 * sum / Double(count) - 1), 0.5) : 0.5
    }

    /// Returns the page's coverage after the ink grew by `reach` fine pixels on each side.
    func widened(by reach: Float) -> [Float] {
        let distance = isInk.withUnsafeBufferPointer { isInk in
            DistanceMap(width: width, height: height) { isInk[$0] }.values
        }
        return averaged { min(max(reach + 1 - distance[$0], 0), 1) }
    }

    /// Returns the page's coverage after each line lost `share` of its half-width on each side.
    func thinned(by share: Float) -> [Float] {
        let local = largestDepth(within: max(1, Int(halfWidth.rounded())))
        return averaged { min(max(depth[$0] - share * (local[$0] - 0.25), 0), isInk[$0] ? 1 : 0) }
    }

    /// The page's pixels with ink in them or in an adjacent pixel. They are redrawn when ink is removed.
    var surroundings: [Bool] {
        var isNear = [Bool](repeating: false, count: page.width * page.height)
        for y in 0 ..< height {
            for x in 0 ..< width where isInk[y * width + x] {
                let (px, py) = (x / factor, y / factor)
                for ny in max(py - 1, 0) ... min(py + 1, page.height - 1) {
                    for nx in max(px - 1, 0) ... min(px + 1, page.width - 1) { isNear[ny * page.width + nx] = true }
                }
            }
        }
        return isNear
    }

    /// Returns the largest depth within `reach` across and down of each fine pixel of ink.
    private func largestDepth(within reach: Int) -> [Float] {
        var across = depth
        var both = depth
        for y in 0 ..< height {
            for x in 0 ..< width {
                var largest: Float = 0
                for other in max(x - reach, 0) ... min(x + reach, width - 1) {
                    largest = max(largest, depth[y * width + other])
                }
                across[y * width + x] = largest
            }
        }
        for index in isInk.indices where isInk[index] {
            let (y, x) = index.quotientAndRemainder(dividingBy: width)
            var largest: Float = 0
            for other in max(y - reach, 0) ... min(y + reach, height - 1) {
                largest = max(largest, across[other * width + x])
            }
            both[index] = largest
        }
        return both
    }

    /// Returns the mean over the fine pixels of each pixel of the page.
    private func averaged(_ fine: (Int) -> Float) -> [Float] {
        var means = [Float](repeating: 0, count: page.width * page.height)
        let share = 1 / Float(factor * factor)
        for y in 0 ..< height {
            for x in 0 ..< width { means[y / factor * page.width + x / factor] += share * fine(y * width + x) }
        }
        return means
    }
}
