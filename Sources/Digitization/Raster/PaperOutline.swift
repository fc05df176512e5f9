import Foundation
import Imaging

/// The edges of a sheet of paper in a picture, for pages without a visible grid.
///
/// Beyond the paper, a picture shows a table or the lid of a scanner. Each edge is the first sharp step to brighter pixels
/// on the way from the picture's border. The corners give the perspective, and the edges' bends the curl in between.
struct PaperOutline {
    /// The sides of the paper, as the sides of the picture from which they are sought.
    private enum Side: Int, CaseIterable {
        case top, bottom, left, right
    }

    /// Width of the paper over its height, as the lengths of its edges suggest.
    let aspect: Double
    /// Whether all four edges were seen. If one is missing, the picture ends before the paper does.
    let isWhole: Bool
    /// Whether the left and right edges were seen, so that the width is that of the paper.
    let hasWidth: Bool

    /// From the unit square to pixels of the picture; row-major 3 × 3.
    private let projection: [Double]
    /// Displacements of the edges from the sides of the unit square, at equal distances.
    private let bends: [[Double]]
    private static let bendSteps = 32

    /// Finds the paper; nil if fewer than three edges are seen.
    init?(of page: Page) {
        let picture = ReducedPicture(page)
        guard min(picture.width, picture.height) > 60 else { return nil }
        var edges = picture.edges()
        let missing = edges.indices.filter { edges[$0] == nil }
        guard missing.count <= 1 else { return nil }
        if let side = missing.first { edges[side] = edges[side ^ 1]!.moved(toFar: side % 2 == 1, picture: picture) }
        let found = edges.map { $0! }
        isWhole = missing.isEmpty
        hasWidth = !missing.contains(2) && !missing.contains(3)
        func corner(_ across: ReducedPicture.Edge, _ down: ReducedPicture.Edge) -> SIMD2<Double> {
            var place = SIMD2(down.position(at: 0), 0)
            for _ in 0 ..< 20 {
                place.y = across.position(at: place.x)
                place.x = down.position(at: place.y)
            }
            return place
        }
        let corners = [
            corner(found[0], found[2]), corner(found[0], found[3]), corner(found[1], found[3]),
            corner(found[1], found[2]),
        ]
        func length(_ a: Int, _ b: Int) -> Double { hypot(corners[a].x - corners[b].x, corners[a].y - corners[b].y) }
        let (width, height) = (length(0, 1) + length(3, 2), length(0, 3) + length(1, 2))
        let area = Double(picture.width * picture.height)
        guard width * height / 4 > 0.3 * area, min(width, height) > 40 else { return nil }
        aspect = width / height
        let toPicture = Self.projection(to: corners)
        let inverse = Self.inverted(toPicture)
        let steps = Self.bendSteps
        bends = Side.allCases.map { side in
            let ends = [[0, 1], [3, 2], [0, 3], [1, 2]][side.rawValue].map { corners[$0] }
            var bend = [Double](repeating: 0, count: steps + 1)
            // Places along an edge are not equally spaced on the paper: each step is sought by its share.
            for step in 1 ..< steps {
                let share = Double(step) / Double(steps)
                var along = share
                for _ in 0 ..< 6 {
                    let place = Self.place(on: found[side.rawValue], from: ends[0], to: ends[1], along: along)
                    let square = Self.apply(inverse, place)
                    let isVertical = side.rawValue >= 2
                    along += share - (isVertical ? square.y : square.x)
                    bend[step] = (isVertical ? square.x : square.y) - Double(side.rawValue % 2)
                }
            }
            return bend
        }
        guard bends.joined().allSatisfy({ abs($0) < 0.08 }) else { return nil }
        let factor = Double(picture.factor)
        projection = toPicture.enumerated().map { $0.offset < 6 ? $0.element * factor : $0.element }
    }

    /// Returns the mesh of a sheet of a size in mm.
    func mapping(width: Double, height: Double) -> PageMapping {
        let spacing = 5.0
        let columns = Int((width / spacing).rounded(.up)) + 1
        let rows = Int((height / spacing).rounded(.up)) + 1
        var nodes: [PageMapping.Point] = []
        for row in 0 ..< rows {
            for column in 0 ..< columns {
                let (x, y) = (Double(column) * spacing / width, Double(row) * spacing / height)
                let moved = SIMD2(
                    x + (1 - x) * bend(2, y) + x * bend(3, y), y + (1 - y) * bend(0, x) + y * bend(1, x))
                let place = Self.apply(projection, moved)
                nodes.append(PageMapping.Point(x: place.x, y: place.y))
            }
        }
        return PageMapping(columns: columns, rows: rows, spacingX: spacing, spacingY: spacing, nodes: nodes)
    }

    private func bend(_ side: Int, _ share: Double) -> Double {
        let place = max(0, min(1, share)) * Double(Self.bendSteps)
        let step = min(Int(place), Self.bendSteps - 1)
        let part = place - Double(step)
        return bends[side][step] * (1 - part) + bends[side][step + 1] * part
    }

    private static func place(
        on edge: ReducedPicture.Edge, from start: SIMD2<Double>, to end: SIMD2<Double>, along share: Double
    ) -> SIMD2<Double> {
        let place = start + (end - start) * share
        return edge.isVertical
            ? SIMD2(edge.position(at: place.y), place.y) : SIMD2(place.x, edge.position(at: place.x))
    }

    // MARK: Projection

    /// Returns the projection of the unit square to four corners, clockwise from the top left.
    ///
    /// Source: Heckbert, Fundamentals of Texture Mapping and Image Warping (1989), section 2.2.3.
    private static func projection(to corners: [SIMD2<Double>]) -> [Double] {
        let (a, b) = (corners[1] - corners[2], corners[3] - corners[2])
        let sum = corners[0] - corners[1] + corners[2] - corners[3]
        let determinant = a.x * b.y - b.x * a.y
        let g = (sum.x * b.y - b.x * sum.y) / determinant
        let h = (a.x * sum.y - sum.x * a.y) / determinant
        let across = corners[1] - corners[0] + g * corners[1]
        let down = corners[3] - corners[0] + h * corners[3]
        return [across.x, down.x, corners[0].x, across.y, down.y, corners[0].y, g, h, 1]
    }

    private static func apply(_ matrix: [Double], _ place: SIMD2<Double>) -> SIMD2<Double> {
        let scale = matrix[6] * place.x + matrix[7] * place.y + matrix[8]
        return SIMD2(
            (matrix[0] * place.x + matrix[1] * place.y + matrix[2]) / scale,
            (matrix[3] * place.x + matrix[4] * place.y + matrix[5]) / scale)
    }

    /// Returns the inverse up to a factor, which does not change a projection.
    private static func inverted(_ m: [Double]) -> [Double] {
        [
            m[4] * m[8] - m[5] * m[7], m[2] * m[7] - m[1] * m[8], m[1] * m[5] - m[2] * m[4],
            m[5] * m[6] - m[3] * m[8], m[0] * m[8] - m[2] * m[6], m[2] * m[3] - m[0] * m[5],
            m[3] * m[7] - m[4] * m[6], m[1] * m[6] - m[0] * m[7], m[0] * m[4] - m[1] * m[3],
        ]
    }
}

/// A gray picture of about 640 pixels on its longer side.
private struct ReducedPicture {
    let factor: Int
    let width: Int
    let height: Int
    /// height × width, row-major: means of the pixels, 0…255.
    private let gray: [Float]

    init(_ page: Page) {
        let factor = max(1, Int((Double(max(page.width, page.height)) / 640).rounded()))
        let (width, height) = (page.width / factor, page.height / factor)
        self.factor = factor
        (self.width, self.height) = (width, height)
        var sums = [UInt32](repeating: 0, count: width * height)
        page.pixels.withUnsafeBufferPointer { pixels in
            for y in 0 ..< height * factor {
                let base = y / factor * width
                var place = 3 * y * page.width
                for x in 0 ..< width {
                    var sum: UInt32 = 0
                    for _ in 0 ..< 3 * factor {
                        sum &+= UInt32(pixels[place])
                        place += 1
                    }
                    sums[base + x] &+= sum
                }
            }
        }
        gray = sums.map { Float($0) / Float(3 * factor * factor) }
    }

    /// An edge as a polynomial of the place along it.
    struct Edge {
        /// Whether the edge runs down the picture.
        var isVertical: Bool
        /// Coefficients of powers of the share −1…1 of the length.
        var coefficients: [Double]
        var length: Double
        /// The places between which the edge was seen.
        var first: Double
        var last: Double

        /// Returns the distance from the picture's left or top; a straight line beyond the seen part.
        func position(at place: Double) -> Double {
            let inside = max(first, min(last, place))
            let share = 2 * inside / length - 1
            var (value, slope) = (0.0, 0.0)
            for coefficient in coefficients.reversed() {
                slope = slope * share + value
                value = value * share + coefficient
            }
            return value + slope * 2 / length * (place - inside)
        }

        /// Returns a parallel edge that ends the picture on the other side.
        func moved(toFar: Bool, picture: ReducedPicture) -> Edge {
            let places = stride(from: first, through: last, by: (last - first) / 16).map { position(at: $0) }
            let mean = places.reduce(0, +) / Double(places.count)
            let size = Double(isVertical ? picture.width : picture.height)
            var result = self
            result.coefficients[0] += toFar ? size - mean : -mean
            return result
        }
    }

    /// Returns the edges nearest to the top, bottom, left and right; nil for those that are not in the picture.
    func edges() -> [Edge?] {
        let sides = [(false, false), (false, true), (true, false), (true, true)]
        let lines = sides.map { inward(isVertical: $0, isFar: $1) }
        // The pattern of a table has weaker steps than the edge of the paper, at all sides.
        let texture = lines.map(Self.texture).max()!
        let least = max(0.0035, min(0.2, 4 * texture))
        return zip(sides, lines).map { side, lines in
            let steps = lines.compactMap { line in
                Self.firstStep(line.values, least: least).map { (place: line.place, depth: $0) }
            }
            let length = Double(side.0 ? height : width)
            guard let fit = Self.fit(steps, length: length) else { return nil }
            var edge = Edge(
                isVertical: side.0, coefficients: fit.coefficients, length: length, first: fit.first, last: fit.last)
            if side.1 {
                edge.coefficients = edge.coefficients.map { -$0 }
                edge.coefficients[0] += Double(side.0 ? width : height)
            }
            return edge
        }
    }

    /// Returns lines of pixels that run from a side into the page, smoothed along the side.
    private func inward(isVertical: Bool, isFar: Bool) -> [(place: Double, values: [Float])] {
        let length = isVertical ? height : width
        let depth = isVertical ? width : height
        let reach = 3
        return stride(from: reach, to: length - reach, by: 2).map { place in
            let values = (0 ..< depth * 2 / 5).map { step -> Float in
                let inward = isFar ? depth - 1 - step : step
                var sum: Float = 0
                for other in place - reach ... place + reach {
                    sum += isVertical ? gray[other * width + inward] : gray[inward * width + other]
                }
                return sum / Float(2 * reach + 1)
            }
            return (Double(place) + 0.5, values)
        }
    }

    /// Returns the usual change of brightness along a side over a short way, as a share.
    private static func texture(_ lines: [(place: Double, values: [Float])]) -> Float {
        let changes = zip(lines, lines.dropFirst(6)).map { a, b in
            let (a, b) = (a.values[1] + a.values[2], b.values[1] + b.values[2])
            return abs(a - b) / (a + b + 8)
        }.sorted()
        return changes.isEmpty ? 0 : changes[changes.count / 2]
    }

    /// Returns the depth of the first sharp step to brighter pixels than all before.
    ///
    /// - Parameter least: the step as a share of the brightness before and after it.
    private static func firstStep(_ line: [Float], least: Float) -> Double? {
        var brightest = line[0]
        for depth in 1 ..< line.count - 6 {
            let before = depth > 1 ? (line[depth - 1] + line[depth - 2]) / 2 : line[0]
            // The step may lie within a pixel.
            let after = (line[depth + 1] + line[depth + 2]) / 2
            let step = after - before
            if step > least * (after + before), after > brightest * (1 + 2 * least),
                line[depth] - before >= 0.2 * step || depth == 1
            {
                let wide = (line[depth + 4] + line[depth + 5]) / 2 - line[max(0, depth - 4)]
                guard step > 0.55 * wide else {
                    brightest = max(brightest, line[depth - 1])
                    continue
                }
                let part = max(0, min(1, (after - line[depth]) / step))
                return Double(depth) + Double(part)
            }
            brightest = max(brightest, line[depth - 1])
        }
        return nil
    }

    /// Fits a polynomial through steps, of which some belong to other things.
    private static func fit(
        _ steps: [(place: Double, depth: Double)], length: Double
    ) -> (coefficients: [Double], first: Double, last: Double)? {
        func isInMiddle(_ place: Double) -> Bool { abs(place / length - 0.5) < 0.35 }
        let expected = Double(stride(from: 3, to: length - 3, by: 2).count { isInMiddle($0) })
        guard Double(steps.count { isInMiddle($0.place) }) > 0.6 * expected else { return nil }
        // The line that most steps support.
        var best: (intercept: Double, slope: Double, count: Int) = (0, 0, 0)
        let tolerance = 0.015 * length
        let chosen = stride(from: 0, to: steps.count, by: max(1, steps.count / 24)).map { steps[$0] }
        for (index, a) in chosen.enumerated() {
            for b in chosen.dropFirst(index + 4) {
                let slope = (b.depth - a.depth) / (b.place - a.place)
                guard abs(slope) < 0.45 else { continue }
                let intercept = a.depth - slope * a.place
                let count = steps.count { abs($0.depth - intercept - slope * $0.place) < tolerance }
                if count > best.count { best = (intercept, slope, count) }
            }
        }
        guard best.count > 0 else { return nil }
        var predict = { (place: Double) in best.intercept + best.slope * place }
        var result: (coefficients: [Double], first: Double, last: Double) = ([], 0, 0)
        for (order, limit) in [(2, 0.02 * length), (4, 0.01 * length), (5, 4.0), (5, 2.0)] {
            let near = steps.filter { abs($0.depth - predict($0.place)) < limit }
            guard near.count > 4 * order else { return nil }
            guard let coefficients = polynomial(near, order: order, length: length) else { return nil }
            result = (coefficients, near.map(\.place).min()!, near.map(\.place).max()!)
            let edge = Edge(
                isVertical: false, coefficients: coefficients, length: length, first: result.first, last: result.last)
            predict = { edge.position(at: $0) }
        }
        let close = steps.count { isInMiddle($0.place) && abs($0.depth - predict($0.place)) < 1.5 }
        return Double(close) > 0.6 * expected ? result : nil
    }

    private static func polynomial(
        _ steps: [(place: Double, depth: Double)], order: Int, length: Double
    ) -> [Double]? {
        let count = order + 1
        var matrix = [[Double]](repeating: [Double](repeating: 0, count: count + 1), count: count)
        for step in steps {
            let share = 2 * step.place / length - 1
            var powers = [1.0]
            for _ in 0 ..< order { powers.append(powers.last! * share) }
            for i in 0 ..< count {
                for j in 0 ..< count { matrix[i][j] += powers[i] * powers[j] }
                matrix[i][count] += powers[i] * step.depth
            }
        }
        return GridSurface.eliminated(&matrix)
    }
}
