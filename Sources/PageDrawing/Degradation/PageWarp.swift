import Foundation
import Imaging
import LinearAlgebra

/// The geometry of a photo or scan: curled paper that is rotated and seen at an angle.
///
/// A place p of the drawing in pixels becomes q = p + curl(p), and then the central projection of q on the rotated
/// plane, at a camera distance of 1.6 paper widths.
struct PageWarp {
    private static let cameraDistance = 1.6

    /// Width of the resulting picture in pixels.
    let width: Int
    /// Height of the resulting picture in pixels.
    let height: Int
    private let paper: SIMD2<Double>
    private let curl: Curl
    /// Row-major 3 × 3: from places relative to the paper's center to places relative to the picture's origin.
    private let homography: [Double]
    private let inverse: [Double]

    /// - Parameters:
    ///   - width: the drawing's width in pixels.
    ///   - height: its height.
    ///   - margin: the distance between the paper and the picture's edge, in paper widths.
    init(width: Int, height: Int, _ degradation: PageDegradation, margin: Double) {
        paper = SIMD2(Double(width), Double(height))
        curl = Curl(degradation, paper: paper)
        let plane = Self.projection(
            roll: degradation.rotationDeg * .pi / 180, tilt: degradation.tiltDeg * .pi / 180, width: paper.x)
        // The edges are curved, so the corners alone do not give the bounds.
        var (low, high) = (SIMD2<Double>(repeating: .infinity), SIMD2<Double>(repeating: -.infinity))
        for step in 0 ... 64 {
            let share = Double(step) / 64
            for edge in [SIMD2(share, 0), SIMD2(share, 1), SIMD2(0, share), SIMD2(1, share)] {
                let place = edge * paper
                let moved = Self.apply(plane, place + curl.displacement(at: place) - paper / 2)
                (low, high) = (pointwiseMin(low, moved), pointwiseMax(high, moved))
            }
        }
        let border = SIMD2(repeating: margin * paper.x)
        let size = high - low + 2 * border
        (self.width, self.height) = (Int(size.x.rounded(.up)), Int(size.y.rounded(.up)))
        let shift = border - low
        homography = Self.product([1, 0, shift.x, 0, 1, shift.y, 0, 0, 1], plane)
        inverse = Self.inverted(homography)
    }

    /// Returns the place in the picture of a place in the drawing.
    func picture(of place: SIMD2<Double>) -> SIMD2<Double> {
        Self.apply(homography, place + curl.displacement(at: place) - paper / 2)
    }

    /// Returns the place in the drawing that a place of the picture shows.
    func drawing(of place: SIMD2<Double>) -> SIMD2<Double> {
        let curled = Self.apply(inverse, place) + paper / 2
        // The displacement changes by at most a sixth of the way, so each step removes five sixths of the error.
        var flat = curled
        for _ in 0 ..< 10 { flat = curled - curl.displacement(at: flat) }
        return flat
    }

    /// Returns the picture, interpolated (bilinear) from the drawing.
    ///
    /// - Parameter background: the color, 0…255, of places beyond the paper, for column and row.
    func apply(to page: Page, background: (Int, Int) -> SIMD3<Float>) -> [UInt8] {
        let nodes = Nodes(warp: self)
        return [UInt8](unsafeUninitializedCapacity: 3 * width * height) { out, count in
            page.pixels.withUnsafeBufferPointer { pixels in
                let source = PixelSource(pixels: pixels, width: page.width, height: page.height)
                for y in 0 ..< height {
                    for x in 0 ..< width {
                        let color = source.color(at: nodes.drawing(column: x, row: y)) { background(x, y) }
                        let place = 3 * (y * width + x)
                        for channel in 0 ..< 3 { out[place + channel] = UInt8(color[channel] + 0.5) }
                    }
                }
            }
            count = 3 * width * height
        }
    }

    private static func projection(roll: Double, tilt: SIMD2<Double>, width: Double) -> [Double] {
        let (cx, sx) = (cos(tilt.x), sin(tilt.x))
        let (cy, sy) = (cos(tilt.y), sin(tilt.y))
        let (cr, sr) = (cos(roll), sin(roll))
        // The paper's axes after the rotations about x, y and z.
        let across = [cr * cy, sr * cy, -sy]
        let down = [cr * sy * sx - sr * cx, sr * sy * sx + cr * cx, cy * sx]
        let distance = cameraDistance * width
        return [
            distance * across[0], distance * down[0], 0, distance * across[1], distance * down[1], 0, across[2],
            down[2], distance,
        ]
    }

    private static func apply(_ matrix: [Double], _ place: SIMD2<Double>) -> SIMD2<Double> {
        let scale = matrix[6] * place.x + matrix[7] * place.y + matrix[8]
        return SIMD2(
            (matrix[0] * place.x + matrix[1] * place.y + matrix[2]) / scale,
            (matrix[3] * place.x + matrix[4] * place.y + matrix[5]) / scale)
    }

    private static func product(_ one: [Double], _ other: [Double]) -> [Double] {
        (0 ..< 9).map { place in
            let (row, column) = place.quotientAndRemainder(dividingBy: 3)
            return (0 ..< 3).reduce(0) { $0 + one[3 * row + $1] * other[3 * $1 + column] }
        }
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

/// The displacement of places on curled paper.
private struct Curl {
    private let amplitude: Double
    private let paper: SIMD2<Double>
    /// Waves over the width and over the height.
    private let waves: SIMD2<Double>
    private let phases: SIMD2<Double>

    init(_ degradation: PageDegradation, paper: SIMD2<Double>) {
        var random = SeededGenerator(seed: degradation.seed, purpose: "page curl")
        amplitude = degradation.curlMm * degradation.dpi / 25.4
        self.paper = paper
        waves = SIMD2(random.uniform(in: 0.4 ... 1.2), random.uniform(in: 0.4 ... 0.8))
        phases = SIMD2(random.uniform(), random.uniform()) * 2 * .pi
    }

    func displacement(at place: SIMD2<Double>) -> SIMD2<Double> {
        guard amplitude > 0 else { return .zero }
        let share = place / paper
        let turn = 2 * .pi * waves * share + phases
        return amplitude * SIMD2(0.4 * sin(turn.y), sin(turn.x) * (0.7 + 0.3 * share.y))
    }
}

/// The warp at every 16th pixel, between which it is interpolated.
///
/// The error is below 0.01 pixels, because curl and perspective change over hundreds of pixels.
private struct Nodes {
    private static let step = 16
    private let columns: Int
    private let places: [SIMD2<Float>]

    init(warp: PageWarp) {
        columns = warp.width / Self.step + 2
        var places: [SIMD2<Float>] = []
        for row in 0 ..< warp.height / Self.step + 2 {
            for column in 0 ..< columns {
                let place = SIMD2(Double(column * Self.step) + 0.5, Double(row * Self.step) + 0.5)
                places.append(SIMD2<Float>(warp.drawing(of: place)))
            }
        }
        self.places = places
    }

    @inline(__always)
    func drawing(column: Int, row: Int) -> SIMD2<Float> {
        let (x, y) = (column / Self.step, row / Self.step)
        let share = SIMD2(Float(column % Self.step), Float(row % Self.step)) / Float(Self.step)
        let place = y * columns + x
        let above = places[place] + (places[place + 1] - places[place]) * share.x
        let below = places[place + columns] + (places[place + columns + 1] - places[place + columns]) * share.x
        return above + (below - above) * share.y
    }
}

private struct PixelSource {
    let pixels: UnsafeBufferPointer<UInt8>
    let width: Int
    let height: Int

    @inline(__always)
    func color(at place: SIMD2<Float>, background: () -> SIMD3<Float>) -> SIMD3<Float> {
        let (x, y) = (place.x - 0.5, place.y - 0.5)
        guard x >= -0.5, y >= -0.5, x <= Float(width) - 0.5, y <= Float(height) - 0.5 else { return background() }
        let (left, top) = (x.rounded(.down), y.rounded(.down))
        let (right, lower) = (x - left, y - top)
        let (column, row) = (Int(left), Int(top))
        func pixel(_ column: Int, _ row: Int) -> SIMD3<Float> {
            let index = 3 * (min(max(row, 0), height - 1) * width + min(max(column, 0), width - 1))
            return SIMD3(Float(pixels[index]), Float(pixels[index + 1]), Float(pixels[index + 2]))
        }
        let above = pixel(column, row) * (1 - right) + pixel(column + 1, row) * right
        let below = pixel(column, row + 1) * (1 - right) + pixel(column + 1, row + 1) * right
        return above * (1 - lower) + below * lower
    }
}
