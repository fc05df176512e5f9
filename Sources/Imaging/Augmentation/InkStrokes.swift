/// The ink of a page as pen strokes: center lines with the pen's radius at each point.
///
/// A drawing can be rendered again from its strokes with another pen, bent, rotated or cropped, at any resolution,
/// without accumulating losses. Strokes take about six bytes per pixel of line length.
///
/// 1. Ink is every pixel that is at least half covered (`InkCoverage`), at twice the page's resolution.
/// 2. `LineThinning` reduces the lines to center lines, and `StrokeTracing` follows them from end to end.
/// 3. The radius at a point is its distance to the nearest paper.
/// 4. Centers and radii are smoothed along the line to remove pixel steps; every second point is kept.
public struct InkStrokes: Sendable, Equatable {
    /// Width and height of the page in pixels, to which the coordinates refer.
    public let width: Int
    public let height: Int
    /// x, y and radius of each point, in 1/32 pixel; the center of the first pixel is (0.5, 0.5).
    private let stored: [UInt16]
    /// Number of points of each stroke; a stroke with one point is a dot.
    let lengths: [Int32]

    /// Half the width of the pen: the median of the points' radii, in pixels.
    let penRadius: Float

    /// Larger pages are reduced first; the network's picture has 50,176 pixels.
    private static let maximumPixels = 400_000
    /// The longest side whose coordinates fit into 16 bits, in 1/32 pixel.
    private static let longestSide = 2000

    /// - Parameter name: the page's name in error messages.
    /// - Throws: `ImageError.noInk` for a page without enough contrast or without connected lines.
    public init(of page: Page, name: String) throws {
        _ = try InkMask(page, name: name)
        let coverage = try InkCoverage(page, name: name)
        self.init(
            reducing: GrayImage(
                width: page.width, height: page.height, pixels: coverage.values.map { UInt8(($0 * 255).rounded()) }))
    }

    private init(reducing levels: GrayImage) {
        let area = (Double(Self.maximumPixels) / Double(levels.width * levels.height)).squareRoot()
        let scale = min(area, Double(Self.longestSide) / Double(max(levels.width, levels.height)))
        self.init(
            scale >= 1
                ? levels
                : Resampling.area.resize(
                    levels, width: max(1, Int(scale * Double(levels.width))),
                    height: max(1, Int(scale * Double(levels.height)))))
    }

    /// - Parameter levels: coverage, 0…255; no side is longer than 2000 pixels.
    init(_ levels: GrayImage) {
        precondition(max(levels.width, levels.height) <= Self.longestSide, "a drawing of \(levels.width) pixels")
        width = levels.width
        height = levels.height
        let (fineWidth, fineHeight) = (2 * levels.width, 2 * levels.height)
        var isInk = Resampling.bilinear.resize(levels, width: fineWidth, height: fineHeight).pixels
        for index in isInk.indices { isInk[index] = isInk[index] >> 7 }
        let middle = LineThinning(isInk, width: fineWidth, height: fineHeight).middle
        let radii = isInk.withUnsafeBufferPointer { isInk in
            middle.map { Self.radius(at: $0, isInk, width: fineWidth, height: fineHeight) }
        }
        var stored: [UInt16] = []
        var lengths: [Int32] = []
        for path in StrokeTracing(middle, width: fineWidth, radii: radii).paths {
            let points = path.map { place in
                SIMD3(
                    (Float(middle[place] % fineWidth) + 0.5) / 2, (Float(middle[place] / fineWidth) + 0.5) / 2,
                    radii[place] / 2)
            }
            let kept = Self.thinnedOut(Self.smoothed(points))
            for point in kept {
                for value in 0 ..< 3 { stored.append(UInt16((32 * point[value]).rounded())) }
            }
            lengths.append(Int32(kept.count))
        }
        let widths = stride(from: 2, to: stored.count, by: 3).map { stored[$0] }.sorted()
        penRadius = widths.isEmpty ? 0 : Float(widths[widths.count / 2]) / 32
        (self.stored, self.lengths) = (stored, lengths)
    }

    /// x, y and radius of each point, in pixels.
    var points: [Float] { stored.map { Float($0) / 32 } }

    /// Size in memory.
    public var byteCount: Int { 2 * stored.count + 4 * lengths.count }

    /// Returns half of the line's width at a pixel of the center line, in pixels.
    private static func radius(at pixel: Int, _ isInk: UnsafeBufferPointer<UInt8>, width: Int, height: Int) -> Float {
        let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
        var nearest = 64 * 64
        var reach = 1
        while reach * reach < nearest {
            func look(_ dx: Int, _ dy: Int) {
                let (column, row) = (x + dx, y + dy)
                // Lines continue beyond the page.
                guard column >= 0, row >= 0, column < width, row < height else { return }
                if isInk[row * width + column] == 0 { nearest = min(nearest, dx * dx + dy * dy) }
            }
            for offset in -reach ... reach {
                look(offset, -reach)
                look(offset, reach)
                look(-reach, offset)
                look(reach, offset)
            }
            reach += 1
        }
        // The paper pixel's center lies half a pixel beyond the edge; a pixel of the center line lies a quarter pixel
        // off the true center on average.
        return Float(nearest).squareRoot() - 0.25
    }

    /// Averages each point (weight ½) with its two neighbors (¼ each), twice. Both ends stay, so that lines keep their
    /// length.
    private static func smoothed(_ points: [SIMD3<Float>]) -> [SIMD3<Float>] {
        guard points.count > 2 else { return points }
        var points = points
        for _ in 0 ..< 2 {
            var previous = points[0]
            for place in 1 ..< points.count - 1 {
                let here = points[place]
                points[place] = 0.5 * here + 0.25 * (previous + points[place + 1])
                previous = here
            }
        }
        return points
    }

    /// Returns every second point, and the last.
    private static func thinnedOut(_ points: [SIMD3<Float>]) -> [SIMD3<Float>] {
        points.indices.filter { $0 % 2 == 0 || $0 == points.count - 1 }.map { points[$0] }
    }
}
