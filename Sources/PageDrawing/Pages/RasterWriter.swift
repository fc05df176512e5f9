import Foundation
import Imaging

extension PageDrawing {
    /// Returns the drawing as pixels, with anti-aliased lines.
    ///
    /// - Parameter dpi: pixels per inch.
    /// - Throws: `PageDrawingError.tooLarge`.
    package func page(dpi: Double) throws -> Page {
        let (width, height) = try pixelSize(dpi: dpi)
        var canvas = RasterCanvas(width: width, height: height)
        let scale = dpi / 25.4
        for shape in shapes { canvas.draw(shape, scale: scale) }
        return Page(width: width, height: height, pixels: canvas.pixels)
    }

    /// 100 megapixels, the limit of `Page`.
    private static let pixelLimit = Page.Limits().pixels

    func pixelSize(dpi: Double) throws -> (width: Int, height: Int) {
        precondition(dpi > 0 && dpi.isFinite, "a resolution of \(dpi) dpi")
        let (width, height) = (Int((size.x * dpi / 25.4).rounded(.up)), Int((size.y * dpi / 25.4).rounded(.up)))
        guard width <= Self.pixelLimit / max(height, 1) else {
            throw PageDrawingError.tooLarge(width: width, height: height, limit: Self.pixelLimit)
        }
        return (width, height)
    }
}

/// White pixels on which shapes are drawn one after the other.
struct RasterCanvas {
    let width: Int
    let height: Int
    /// height × width × 3, RGB interleaved.
    private(set) var pixels: [UInt8]

    init(width: Int, height: Int) {
        (self.width, self.height) = (width, height)
        pixels = [UInt8](repeating: 255, count: 3 * width * height)
    }

    init(_ page: Page) {
        (width, height, pixels) = (page.width, page.height, page.pixels)
    }

    /// - Parameter scale: pixels per millimeter.
    mutating func draw(_ shape: DrawingShape, scale: Double) {
        switch shape.paint {
        case .rectangle:
            for line in shape.lines { fill(from: line[0] * scale, to: line[1] * scale, shape.color) }
        case .stroke(let lineWidth):
            if shape.lines.allSatisfy({ $0.count == 2 && ($0[0].x == $0[1].x || $0[0].y == $0[1].y) }) {
                drawStraight(shape.lines, lineWidth: lineWidth * scale, shape.color, scale: scale)
            } else {
                stroke(shape.lines, lineWidth: lineWidth * scale, shape.color, scale: scale)
            }
        }
    }

    /// Draws lines with the coverage of the part of the canvas that they can touch.
    private mutating func stroke(
        _ lines: [[SIMD2<Double>]], lineWidth: Double, _ color: RGBColor, scale: Double
    ) {
        var (low, high) = (SIMD2<Double>(repeating: .infinity), SIMD2<Double>(repeating: -.infinity))
        for point in lines.joined() {
            low = pointwiseMin(low, point * scale)
            high = pointwiseMax(high, point * scale)
        }
        let reach = lineWidth / 2 + 2
        let columns = Self.clipped(low.x - reach, high.x + reach, below: width)
        let rows = Self.clipped(low.y - reach, high.y + reach, below: height)
        guard !columns.isEmpty, !rows.isEmpty else { return }
        var coverage = StrokeCoverage(width: columns.count, height: rows.count)
        let corner = SIMD2(Double(columns.lowerBound), Double(rows.lowerBound))
        for line in lines {
            coverage.stroke(
                line.map { point in
                    let place = point * scale - corner
                    return Point(x: place.x, y: place.y)
                }, lineWidth: lineWidth)
        }
        coverage.values.withUnsafeBufferPointer { shares in
            blend(color, columns: columns, rows: rows) { column, row in shares[row * columns.count + column] }
        }
    }

    /// Draws lines along the axes by the covered part of each pixel; where lines cross, the larger share counts.
    private mutating func drawStraight(
        _ lines: [[SIMD2<Double>]], lineWidth: Double, _ color: RGBColor, scale: Double
    ) {
        // Lines of one length and direction are drawn together, so that their crossings are not darker.
        let isVertical = lines.filter { $0[0].x == $0[1].x }
        let isHorizontal = lines.filter { $0[0].x != $0[1].x }
        let extents = Set(lines.map { $0[0].x == $0[1].x ? SIMD2($0[0].y, $0[1].y) : SIMD2($0[0].x, $0[1].x) })
        guard lines.count > 100, extents.count == 2 else {
            return stroke(lines, lineWidth: lineWidth, color, scale: scale)
        }
        let columns = Self.shares(isVertical.map { $0[0].x * scale }, lineWidth, count: width)
        let rows = Self.shares(isHorizontal.map { $0[0].y * scale }, lineWidth, count: height)
        let across = Self.clipped(isHorizontal[0][0].x * scale, isHorizontal[0][1].x * scale, below: width)
        let down = Self.clipped(isVertical[0][0].y * scale, isVertical[0][1].y * scale, below: height)
        blend(color, columns: across, rows: down) { column, row in
            max(columns[column + across.lowerBound], rows[row + down.lowerBound])
        }
    }

    /// Returns the covered share of each pixel along an axis.
    private static func shares(_ centers: [Double], _ lineWidth: Double, count: Int) -> [Float] {
        var shares = [Float](repeating: 0, count: count)
        for center in centers {
            let (from, to) = (center - lineWidth / 2, center + lineWidth / 2)
            for pixel in clipped(from, to, below: count) {
                let covered = min(to, Double(pixel) + 1) - max(from, Double(pixel))
                shares[pixel] = max(shares[pixel], Float(max(covered, 0)))
            }
        }
        return shares
    }

    private mutating func fill(from: SIMD2<Double>, to: SIMD2<Double>, _ color: RGBColor) {
        let columns = Self.clipped(from.x, to.x, below: width)
        let rows = Self.clipped(from.y, to.y, below: height)
        func share(_ pixel: Int, _ from: Double, _ to: Double) -> Float {
            Float(max(min(to, Double(pixel) + 1) - max(from, Double(pixel)), 0))
        }
        let across = columns.map { share($0, from.x, to.x) }
        let down = rows.map { share($0, from.y, to.y) }
        blend(color, columns: columns, rows: rows) { column, row in across[column] * down[row] }
    }

    private static func clipped(_ from: Double, _ to: Double, below bound: Int) -> Range<Int> {
        let first = Int(min(max(from.rounded(.down), 0), Double(bound)))
        let end = Int(min(max(to.rounded(.up), 0), Double(bound)))
        return first < end ? first ..< end : first ..< first
    }

    /// Mixes a color into pixels by a share from 0 to 1, which is given for places relative to the ranges.
    @inline(__always)
    private mutating func blend(
        _ color: RGBColor, columns: Range<Int>, rows: Range<Int>, share: (Int, Int) -> Float
    ) {
        let ink = SIMD3<Float>(Float(color.red), Float(color.green), Float(color.blue))
        let width = width
        pixels.withUnsafeMutableBufferPointer { pixels in
            for row in 0 ..< rows.count {
                let start = (row + rows.lowerBound) * width + columns.lowerBound
                for column in 0 ..< columns.count {
                    let part = share(column, row)
                    guard part > 0 else { continue }
                    let place = 3 * (start + column)
                    for channel in 0 ..< 3 {
                        let paper = Float(pixels[place + channel])
                        pixels[place + channel] = UInt8(paper + (ink[channel] - paper) * part + 0.5)
                    }
                }
            }
        }
    }
}
