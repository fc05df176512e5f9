/// A page's ink as strokes of a pen: where its middle went and how wide it was.
///
/// From them the drawing can be made again with another pen, bent, turned and cut, at any resolution, without a loss
/// that grows from step to step. They are small: six bytes for about each pixel of a line's length.
///
/// 1. Ink is what covers half of a pixel (`InkCoverage`), at twice the page's resolution.
/// 2. Its lines are thinned to their middle (`LineThinning`) and followed from end to end (`StrokeTracing`).
/// 3. A point's radius is the distance to the nearest paper.
/// 4. Middle and radius are smoothed along the line, which takes the pixels' steps out; every second point stays.
public struct InkStrokes: Sendable, Equatable {
    /// Of the page that the coordinates refer to, in pixels.
    public let width: Int
    public let height: Int
    /// x, y and radius of each point, in 1/32 pixel; the centre of the first pixel is (0.5, 0.5).
    private let stored: [UInt16]
    /// How many points each stroke has; a stroke of one point is a dot.
    let lengths: [Int32]

    /// Half the width of the pen: the median of the points' radii, in pixels.
    let penRadius: Float

    /// Larger pages are reduced first: the network's picture has 50,000 pixels.
    private static let mostPixels = 400_000
    /// In 1/32 pixel a coordinate fits into 16 bits.
    private static let longestSide = 2000

    /// - Parameter name: what error messages call the page.
    /// - Throws: `ImageError.noInk` for a page on which nothing stands out, or nothing that hangs together as lines do.
    public init(of page: Page, name: String) throws {
        _ = try InkMask(page, name: name)
        let coverage = try InkCoverage(page, name: name)
        self.init(
            reducing: GrayImage(
                width: page.width, height: page.height, pixels: coverage.values.map { UInt8(($0 * 255).rounded()) }))
    }

    private init(reducing levels: GrayImage) {
        let area = (Double(Self.mostPixels) / Double(levels.width * levels.height)).squareRoot()
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
        for way in StrokeTracing(middle, width: fineWidth, radii: radii).ways {
            let points = way.map { place in
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

    /// What it takes in memory.
    public var byteCount: Int { 2 * stored.count + 4 * lengths.count }

    /// Half of the line's width at a pixel of its middle, in pixels.
    private static func radius(at pixel: Int, _ isInk: UnsafeBufferPointer<UInt8>, width: Int, height: Int) -> Float {
        let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
        var nearest = 64 * 64
        var reach = 1
        while reach * reach < nearest {
            func look(_ dx: Int, _ dy: Int) {
                let (column, row) = (x + dx, y + dy)
                // Beyond the page a line goes on.
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
        // The paper's centre lies half a pixel beyond the edge, and a pixel of the middle a quarter beside the true
        // middle, on average.
        return Float(nearest).squareRoot() - 0.25
    }

    /// Half of each point and a quarter of each neighbour, twice. Both ends stay: lines do not get shorter.
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

    /// Every second point, and the last.
    private static func thinnedOut(_ points: [SIMD3<Float>]) -> [SIMD3<Float>] {
        points.indices.filter { $0 % 2 == 0 || $0 == points.count - 1 }.map { points[$0] }
    }
}
