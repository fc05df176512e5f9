import Foundation

/// Millimeters at every pixel of a page: two polynomials in the pixel's place.
///
/// Order 1 describes a flat scan. Higher orders describe perspective and curl. The basis are products of Chebyshev
/// polynomials. Beyond the places where the grid was seen, the polynomials continue as straight lines.
struct GridSurface {
    struct Sample {
        var x: Double
        var y: Double
        var millimeters: Double
    }

    /// Millimeters at a place, and their change per pixel.
    struct Place {
        var u = 0.0
        var v = 0.0
        var ux = 0.0
        var uy = 0.0
        var vx = 0.0
        var vy = 0.0
    }

    static let largestOrder = 6

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
    /// The share of the places with a visible grid where the surface lines up with it, 0…1.
    var agreement = 1.0
    /// Whether lines of 5 mm and of 1 mm are visible, so that the scale is certain.
    var hasBothLines = true
    /// The places of the samples, in pixels.
    private let seen: (left: Double, right: Double, top: Double, bottom: Double)

    /// Fits the lowest order that describes the samples to 0.06 mm; nil if none comes near.
    ///
    /// - Parameters:
    ///   - margin: pixels from the outermost samples to the end of what they describe.
    ///   - unit: distance of the lines in mm. The page begins at a multiple of it.
    init?(x samplesX: [Sample], y samplesY: [Sample], width: Int, height: Int, margin: Double, unit: Double = 1) {
        self.width = width
        self.height = height
        let all = samplesX + samplesY
        var best: (order: Int, x: [Double], y: [Double], residual: Double)?
        for order in 1 ... Self.largestOrder {
            let terms = (order + 1) * (order + 2) / 2
            let fewest = min(samplesX.count, samplesY.count)
            guard fewest >= 3 * terms || order == 1 else { break }
            guard let fitX = Self.fit(samplesX, order: order, width: width, height: height),
                let fitY = Self.fit(samplesY, order: order, width: width, height: height)
            else { break }
            let residual = max(fitX.residual, fitY.residual)
            // A flat page stays flat unless a curve is clearly better.
            if best == nil || residual < (best!.order == 1 && best!.residual < 0.16 ? 0.5 : 0.7) * best!.residual {
                best = (order, fitX.coefficients, fitY.coefficients, residual)
            }
            if residual < 0.06 { break }
        }
        guard let best, best.residual < 0.6 else { return nil }
        order = best.order
        x = best.x
        y = best.y
        residual = best.residual
        seen = (all.map(\.x).min()!, all.map(\.x).max()!, all.map(\.y).min()!, all.map(\.y).max()!)
        left = order == 1 ? 0 : max(0, seen.left - margin)
        right = order == 1 ? Double(width) : min(Double(width), seen.right + margin)
        top = order == 1 ? 0 : max(0, seen.top - margin)
        bottom = order == 1 ? Double(height) : min(Double(height), seen.bottom + margin)
        begin(unit: unit)
    }

    /// Moves the origin to the last lines before the page, where the page begins.
    private mutating func begin(unit: Double) {
        var edge: [(x: Double, y: Double)] = []
        for step in 0 ... 8 {
            let part = Double(step) / 8
            edge.append(millimeters(x: left + part * (right - left), y: top))
            edge.append(millimeters(x: left + part * (right - left), y: bottom))
            edge.append(millimeters(x: left, y: top + part * (bottom - top)))
            edge.append(millimeters(x: right, y: top + part * (bottom - top)))
        }
        let startX = (edge.map(\.x).min()! / unit).rounded(.down) * unit
        let startY = (edge.map(\.y).min()! / unit).rounded(.down) * unit
        x[0] -= startX
        y[0] -= startY
        size = (edge.map(\.x).max()! - startX, edge.map(\.y).max()! - startY)
    }

    /// Width and height of the straightened page in mm.
    private(set) var size: (width: Double, height: Double) = (0, 0)

    /// Returns the values of T₀…T₆ and their derivatives at `value`.
    private static func chebyshev(_ value: Double) -> (values: SIMD8<Double>, slopes: SIMD8<Double>) {
        var values = SIMD8<Double>(repeating: 1)
        var slopes = SIMD8<Double>(repeating: 0)
        (values[1], slopes[1]) = (value, 1)
        for degree in 2 ... largestOrder {
            values[degree] = 2 * value * values[degree - 1] - values[degree - 2]
            slopes[degree] = 2 * values[degree - 1] + 2 * value * slopes[degree - 1] - slopes[degree - 2]
        }
        return (values, slopes)
    }

    private static func terms(_ order: Int, _ a: Double, _ b: Double) -> [Double] {
        let (across, down) = (chebyshev(a).values, chebyshev(b).values)
        var result: [Double] = []
        for degree in 0 ... order {
            for power in 0 ... degree { result.append(across[degree - power] * down[power]) }
        }
        return result
    }

    /// Returns the millimeters of a pixel and their change per pixel.
    func place(x px: Double, y py: Double) -> Place {
        let insideX = max(seen.left, min(seen.right, px))
        let insideY = max(seen.top, min(seen.bottom, py))
        let (scaleX, scaleY) = (2 / Double(width), 2 / Double(height))
        let across = Self.chebyshev(insideX * scaleX - 1)
        let down = Self.chebyshev(insideY * scaleY - 1)
        var result = Place()
        var index = 0
        for degree in 0 ... order {
            for power in 0 ... degree {
                let value = across.values[degree - power] * down.values[power]
                let slopeX = across.slopes[degree - power] * down.values[power] * scaleX
                let slopeY = across.values[degree - power] * down.slopes[power] * scaleY
                result.u += x[index] * value
                result.v += y[index] * value
                result.ux += x[index] * slopeX
                result.uy += x[index] * slopeY
                result.vx += y[index] * slopeX
                result.vy += y[index] * slopeY
                index += 1
            }
        }
        result.u += result.ux * (px - insideX) + result.uy * (py - insideY)
        result.v += result.vx * (px - insideX) + result.vy * (py - insideY)
        return result
    }

    /// Returns the millimeters of a pixel.
    func millimeters(x px: Double, y py: Double) -> (x: Double, y: Double) {
        let place = place(x: px, y: py)
        return (place.u, place.v)
    }

    /// Returns the pixel of a place in millimeters, by Newton's method from `start`.
    func pixel(x u: Double, y v: Double, start: PageMapping.Point) -> PageMapping.Point {
        var point = start
        let limit = Double(width) / 4
        for _ in 0 ..< 12 {
            let here = place(x: point.x, y: point.y)
            let determinant = here.ux * here.vy - here.uy * here.vx
            guard abs(determinant) > 1e-9 else { break }
            let (du, dv) = (u - here.u, v - here.v)
            let stepX = (du * here.vy - dv * here.uy) / determinant
            let stepY = (dv * here.ux - du * here.vx) / determinant
            point.x += max(-limit, min(limit, stepX))
            point.y += max(-limit, min(limit, stepY))
            if abs(stepX) + abs(stepY) < 1e-4 { break }
        }
        return point
    }

    /// Pixels per mm along both directions, and the rotation of the page in degrees, at its center.
    var scale: (x: Double, y: Double, rotation: Double) {
        let d = place(x: (left + right) / 2, y: (top + bottom) / 2)
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
            terms(order, 2 * sample.x / Double(width) - 1, 2 * sample.y / Double(height) - 1)
        }
        let values = samples.map(\.millimeters)
        var weights = [Double](repeating: 1, count: samples.count)
        var errors = weights
        var coefficients: [Double] = []
        for _ in 0 ..< 5 {
            guard let solved = solve(places, values, weights) else { return nil }
            coefficients = solved
            // Cauchy weights: a block on a stain has a wrong phase.
            for index in samples.indices {
                var error = values[index]
                for term in coefficients.indices { error -= places[index][term] * coefficients[term] }
                errors[index] = error
                weights[index] = 1 / (1 + (error / 0.15) * (error / 0.15))
            }
        }
        let total = weights.reduce(0, +)
        guard total > 0.4 * Double(samples.count) else { return (coefficients, 1) }
        let sum = samples.indices.reduce(0) { $0 + weights[$1] * errors[$1] * errors[$1] }
        return (coefficients, (sum / total).squareRoot())
    }

    /// Weighted least squares by Gaussian elimination of the normal equations.
    private static func solve(_ rows: [[Double]], _ values: [Double], _ weights: [Double]) -> [Double]? {
        guard let count = rows.first?.count else { return nil }
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
        for (index, row) in rows.enumerated() {
            for i in 0 ..< count {
                let weighted = weights[index] * row[i]
                for j in i ..< count { matrix[i][j] += weighted * row[j] }
                matrix[i][count] += weighted * values[index]
            }
        }
        for i in 0 ..< count {
            for j in 0 ..< i { matrix[i][j] = matrix[j][i] }
            // A little damping of the curved terms, which few samples may leave open.
            if i > 2 { matrix[i][i] += 1e-5 * Double(rows.count) }
        }
        return eliminated(&matrix)
    }

    /// Solves linear equations, given as rows of coefficients and the right side; nil if they are singular.
    static func eliminated(_ matrix: inout [[Double]]) -> [Double]? {
        let count = matrix.count
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
