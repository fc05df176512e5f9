import Foundation

/// Millimeters at every pixel of a page: two polynomials in the pixel's place.
///
/// Order 1 describes a flat scan. Higher orders describe perspective and curl.
struct GridSurface {
    struct Sample {
        var x: Double
        var y: Double
        var millimeters: Double
    }

    let width: Int
    let height: Int
    let order: Int
    /// Coefficients of millimeters along x and along y.
    private(set) var x: [Double]
    private(set) var y: [Double]
    /// The part of the picture where the grid was seen, in pixels.
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    /// Root mean square of the residuals in mm.
    let residual: Double

    /// Fits the lowest order that describes the samples to 0.06 mm; nil if none comes near.
    init?(x samplesX: [Sample], y samplesY: [Sample], width: Int, height: Int, margin: Double) {
        self.width = width
        self.height = height
        let all = samplesX + samplesY
        var best: (order: Int, x: [Double], y: [Double], residual: Double)?
        for order in 1 ... 4 {
            let terms = (order + 1) * (order + 2) / 2
            guard min(samplesX.count, samplesY.count) >= 2 * terms || order == 1 else { break }
            guard let fitX = Self.fit(samplesX, order: order, width: width, height: height),
                let fitY = Self.fit(samplesY, order: order, width: width, height: height)
            else { break }
            let residual = max(fitX.residual, fitY.residual)
            if best == nil || residual < 0.7 * best!.residual {
                best = (order, fitX.coefficients, fitY.coefficients, residual)
            }
            if residual < 0.06 { break }
        }
        guard let best, best.residual < 0.6 else { return nil }
        order = best.order
        x = best.x
        y = best.y
        residual = best.residual
        left = order == 1 ? 0 : max(0, all.map(\.x).min()! - margin)
        right = order == 1 ? Double(width) : min(Double(width), all.map(\.x).max()! + margin)
        top = order == 1 ? 0 : max(0, all.map(\.y).min()! - margin)
        bottom = order == 1 ? Double(height) : min(Double(height), all.map(\.y).max()! + margin)
        // The page begins at 0 mm.
        var corners: [(Double, Double)] = []
        for step in 0 ... 8 {
            let part = Double(step) / 8
            corners.append((left + part * (right - left), top))
            corners.append((left + part * (right - left), bottom))
            corners.append((left, top + part * (bottom - top)))
            corners.append((right, top + part * (bottom - top)))
        }
        let places = corners.map { millimeters(x: $0.0, y: $0.1) }
        x[0] -= places.map(\.x).min()!
        y[0] -= places.map(\.y).min()!
        size = (
            places.map(\.x).max()! - places.map(\.x).min()!,
            places.map(\.y).max()! - places.map(\.y).min()!
        )
    }

    /// Width and height of the straightened page in mm.
    private(set) var size: (width: Double, height: Double) = (0, 0)

    private static func terms(_ order: Int, _ x: Double, _ y: Double) -> [Double] {
        var result: [Double] = []
        for degree in 0 ... order {
            for power in 0 ... degree { result.append(pow(x, Double(degree - power)) * pow(y, Double(power))) }
        }
        return result
    }

    private func place(_ x: Double, _ y: Double) -> (Double, Double) {
        (x / Double(width) - 0.5, y / Double(width) - 0.5 * Double(height) / Double(width))
    }

    /// Returns the millimeters of a pixel.
    func millimeters(x px: Double, y py: Double) -> (x: Double, y: Double) {
        let (a, b) = place(px, py)
        let terms = Self.terms(order, a, b)
        var (u, v) = (0.0, 0.0)
        for index in terms.indices {
            u += x[index] * terms[index]
            v += y[index] * terms[index]
        }
        return (u, v)
    }

    /// Millimeters per pixel at a place: ∂u/∂x, ∂u/∂y, ∂v/∂x, ∂v/∂y.
    func derivatives(x px: Double, y py: Double) -> (ux: Double, uy: Double, vx: Double, vy: Double) {
        let (a, b) = (millimeters(x: px + 1, y: py), millimeters(x: px - 1, y: py))
        let (c, d) = (millimeters(x: px, y: py + 1), millimeters(x: px, y: py - 1))
        return ((a.x - b.x) / 2, (c.x - d.x) / 2, (a.y - b.y) / 2, (c.y - d.y) / 2)
    }

    /// Returns the pixel of a place in millimeters, by Newton's method from `start`.
    func pixel(x u: Double, y v: Double, start: PageMapping.Point) -> PageMapping.Point {
        var point = start
        for _ in 0 ..< 12 {
            let here = millimeters(x: point.x, y: point.y)
            let d = derivatives(x: point.x, y: point.y)
            let determinant = d.ux * d.vy - d.uy * d.vx
            guard abs(determinant) > 1e-9 else { break }
            let (du, dv) = (u - here.x, v - here.y)
            let stepX = (du * d.vy - dv * d.uy) / determinant
            let stepY = (dv * d.ux - du * d.vx) / determinant
            let limit = Double(width) / 4
            point.x += max(-limit, min(limit, stepX))
            point.y += max(-limit, min(limit, stepY))
            if abs(stepX) + abs(stepY) < 1e-4 { break }
        }
        return point
    }

    /// Pixels per mm along both directions, and the rotation of the page in degrees, at its center.
    var scale: (x: Double, y: Double, rotation: Double) {
        let d = derivatives(x: (left + right) / 2, y: (top + bottom) / 2)
        let x = 1 / hypot(d.ux, d.uy)
        let y = 1 / hypot(d.vx, d.vy)
        return (x, y, atan2(d.uy, d.ux) * 180 / Double.pi)
    }

    /// The mesh of places in the picture, a node each 5 mm.
    func mapping() -> PageMapping {
        let spacing = 5.0
        let columns = max(2, Int((size.width / spacing).rounded(.up)) + 1)
        let rows = max(2, Int((size.height / spacing).rounded(.up)) + 1)
        var nodes: [PageMapping.Point] = []
        nodes.reserveCapacity(columns * rows)
        for row in 0 ..< rows {
            for column in 0 ..< columns {
                let start =
                    column > 0
                    ? nodes[nodes.count - 1]
                    : row > 0 ? nodes[(row - 1) * columns] : PageMapping.Point(x: left, y: top)
                nodes.append(pixel(x: Double(column) * spacing, y: Double(row) * spacing, start: start))
            }
        }
        return PageMapping(columns: columns, rows: rows, spacingX: spacing, spacingY: spacing, nodes: nodes)
    }

    // MARK: Fit

    private static func fit(
        _ samples: [Sample], order: Int, width: Int, height: Int
    ) -> (coefficients: [Double], residual: Double)? {
        let places = samples.map { sample in
            terms(
                order, sample.x / Double(width) - 0.5, sample.y / Double(width) - 0.5 * Double(height) / Double(width))
        }
        var weights = [Double](repeating: 1, count: samples.count)
        var coefficients: [Double] = []
        for _ in 0 ..< 5 {
            guard let solved = solve(places, samples.map(\.millimeters), weights) else { return nil }
            coefficients = solved
            // Cauchy weights: a block on a stain has a wrong phase.
            for index in samples.indices {
                let error = samples[index].millimeters - zip(places[index], coefficients).reduce(0) { $0 + $1.0 * $1.1 }
                weights[index] = 1 / (1 + (error / 0.15) * (error / 0.15))
            }
        }
        var (sum, total) = (0.0, 0.0)
        for index in samples.indices {
            let error = samples[index].millimeters - zip(places[index], coefficients).reduce(0) { $0 + $1.0 * $1.1 }
            sum += weights[index] * error * error
            total += weights[index]
        }
        guard total > 0.4 * Double(samples.count) else { return (coefficients, 1) }
        return (coefficients, (sum / total).squareRoot())
    }

    /// Weighted least squares by Gaussian elimination of the normal equations.
    private static func solve(_ rows: [[Double]], _ values: [Double], _ weights: [Double]) -> [Double]? {
        guard let count = rows.first?.count else { return nil }
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
        for (index, row) in rows.enumerated() {
            for i in 0 ..< count {
                let weighted = weights[index] * row[i]
                for j in 0 ..< count { matrix[i][j] += weighted * row[j] }
                matrix[i][count] += weighted * values[index]
            }
        }
        for column in 0 ..< count {
            let pivot = (column ..< count).max { abs(matrix[$0][column]) < abs(matrix[$1][column]) }!
            guard abs(matrix[pivot][column]) > 1e-12 else { return nil }
            matrix.swapAt(column, pivot)
            for row in 0 ..< count where row != column {
                let factor = matrix[row][column] / matrix[column][column]
                if factor != 0 { for k in column ... count { matrix[row][k] -= factor * matrix[column][k] } }
            }
        }
        return (0 ..< count).map { matrix[$0][count] / matrix[$0][$0] }
    }
}
