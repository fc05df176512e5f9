import Imaging
import LinearAlgebra

/// A drawing by its coverage of each pixel, from which pages in any colors are made.
struct Drawing {
    let width: Int
    let height: Int
    /// height × width, 0…1.
    var coverage: [Double]

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        coverage = Array(repeating: 0, count: width * height)
    }

    /// A beat as an anti-aliased line of `thickness` pixels: baseline, a tall narrow peak and a small wave.
    static func beat(width: Int = 120, height: Int = 80, thickness: Double = 2.2) -> Drawing {
        var drawing = Drawing(width: width, height: height)
        let (w, h) = (Double(width), Double(height))
        let points = [
            (0.05, 0.70), (0.30, 0.70), (0.36, 0.62), (0.42, 0.70), (0.48, 0.12), (0.54, 0.88), (0.58, 0.70),
            (0.72, 0.52), (0.84, 0.70), (0.95, 0.70),
        ].map { ($0.0 * w, $0.1 * h) }
        for (from, to) in zip(points, points.dropFirst()) { drawing.line(from: from, to: to, thickness: thickness) }
        return drawing
    }

    /// Draws a straight line with edges one pixel soft.
    mutating func line(from: (Double, Double), to: (Double, Double), thickness: Double) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1)
        for y in 0 ..< height {
            for x in 0 ..< width {
                let (px, py) = (Double(x) + 0.5 - from.0, Double(y) + 0.5 - from.1)
                let along = min(max((px * dx + py * dy) / (dx * dx + dy * dy), 0), 1)
                let (ox, oy) = (px - along * dx, py - along * dy)
                let cover = min(max(thickness / 2 + 0.5 - (ox * ox + oy * oy).squareRoot(), 0), 1)
                coverage[y * width + x] = max(coverage[y * width + x], cover)
            }
        }
    }

    func page(ink: [Double] = [0, 0, 0], paper: [Double] = [255, 255, 255]) -> Page {
        page { _, _, cover, channel in paper[channel] + cover * (ink[channel] - paper[channel]) }
    }

    /// Returns a page with levels computed by `level` from place and coverage, rounded and clipped.
    func page(_ level: (_ x: Int, _ y: Int, _ cover: Double, _ channel: Int) -> Double) -> Page {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * coverage.count)
        for y in 0 ..< height {
            for x in 0 ..< width {
                for channel in 0 ..< 3 {
                    let value = level(x, y, coverage[y * width + x], channel)
                    pixels.append(UInt8(min(max(value.rounded(), 0), 255)))
                }
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }
}

extension Page {
    /// Adds normal noise of `sigma` levels to every channel, clipped.
    func noisy(sigma: Double, seed: UInt64) -> Page {
        var random = SeededGenerator(seed: seed, purpose: "noise")
        return Page(
            width: width, height: height,
            pixels: pixels.map { UInt8(min(max(Double($0) + sigma * random.normal(), 0), 255)) })
    }
}

extension GrayImage {
    /// The share of ink, 0…1, in a picture with black ink on white.
    var inkShare: Double { pixels.reduce(0) { $0 + 255 - Double($1) } / Double(255 * pixels.count) }

    /// Returns the mean difference from another picture of the same size, 0…1.
    func difference(from other: GrayImage) -> Double {
        zip(pixels, other.pixels).reduce(0) { $0 + abs(Double($1.0) - Double($1.1)) } / Double(255 * pixels.count)
    }
}
