import Foundation
import Imaging
import LinearAlgebra

/// Draws recordings on a page: one beat, a strip, or several leads.
public struct TraceDrawing: Sendable, Equatable {
    public let style: DrawingStyle

    public init(style: DrawingStyle) {
        self.style = style
    }

    /// Draws all traces with the style's ink on its paper.
    ///
    /// - Parameter seed: seed of the paper's grain; without grain it has no effect.
    public func page(of traces: [Trace], seed: UInt64 = 0) -> Page {
        var canvas = Canvas(width: style.width, height: style.height, paper: style.paper)
        if let grid = style.grid { draw(grid, on: &canvas) }
        var coverage = StrokeCoverage(width: style.width, height: style.height)
        for trace in traces {
            for line in trace.lines() { coverage.stroke(line, lineWidth: style.lineWidth) }
        }
        canvas.blend(style.ink, where: coverage)
        if style.shade > 0 { canvas.darken(by: style.shade, towards: style.shadeDirection) }
        if style.grain > 0 {
            var generator = SeededGenerator(seed: seed, purpose: "paper grain")
            canvas.roughen(by: style.grain, using: &generator)
        }
        return Page(width: style.width, height: style.height, pixels: canvas.pixels)
    }

    private func draw(_ grid: PaperGrid, on canvas: inout Canvas) {
        // Minor lines first, so that major lines cover them at crossings.
        for major in [false, true] {
            var lines = StrokeCoverage(width: style.width, height: style.height)
            let reach = grid.lineWidth + 1
            for (number, x) in stride(from: 0, through: Double(style.width), by: grid.spacingX).enumerated()
            where (number % grid.majorEvery == 0) == major {
                lines.stroke(
                    [Point(x: x, y: -reach), Point(x: x, y: Double(style.height) + reach)], lineWidth: grid.lineWidth)
            }
            for (number, y) in stride(from: 0, through: Double(style.height), by: grid.spacingY).enumerated()
            where (number % grid.majorEvery == 0) == major {
                lines.stroke(
                    [Point(x: -reach, y: y), Point(x: Double(style.width) + reach, y: y)], lineWidth: grid.lineWidth)
            }
            canvas.blend(major ? grid.major : grid.minor, where: lines)
        }
    }
}

/// A page while it is drawn.
private struct Canvas {
    let width: Int
    let height: Int
    /// height × width × 3, RGB interleaved.
    private(set) var pixels: [UInt8]

    init(width: Int, height: Int, paper: RGBColor) {
        self.width = width
        self.height = height
        pixels = [UInt8](unsafeUninitializedCapacity: 3 * width * height) { buffer, count in
            for pixel in 0 ..< width * height {
                buffer[3 * pixel] = paper.red
                buffer[3 * pixel + 1] = paper.green
                buffer[3 * pixel + 2] = paper.blue
            }
            count = 3 * width * height
        }
    }

    mutating func blend(_ ink: RGBColor, where coverage: StrokeCoverage) {
        let ink = (Float(ink.red), Float(ink.green), Float(ink.blue))
        func blended(_ paper: UInt8, _ ink: Float, _ share: Float) -> UInt8 {
            UInt8((Float(paper) + (ink - Float(paper)) * share).rounded())
        }
        pixels.withUnsafeMutableBufferPointer { pixels in
            coverage.values.withUnsafeBufferPointer { shares in
                for pixel in 0 ..< shares.count where shares[pixel] > 0 {
                    let share = shares[pixel]
                    pixels[3 * pixel] = blended(pixels[3 * pixel], ink.0, share)
                    pixels[3 * pixel + 1] = blended(pixels[3 * pixel + 1], ink.1, share)
                    pixels[3 * pixel + 2] = blended(pixels[3 * pixel + 2], ink.2, share)
                }
            }
        }
    }

    /// Darkens the page linearly, from 0 at one edge to `levels` (on white) at the opposite edge.
    mutating func darken(by levels: Double, towards direction: Double) {
        let x = Float(cos(direction))
        let y = Float(sin(direction))
        let span = abs(x) * Float(width) + abs(y) * Float(height)
        let darkest = Float(levels / 255)
        pixels.withUnsafeMutableBufferPointer { pixels in
            for row in 0 ..< height {
                for column in 0 ..< width {
                    let place = (Float(column) - Float(width) / 2) * x + (Float(row) - Float(height) / 2) * y
                    let light = 1 - darkest * min(max(place / span + 0.5, 0), 1)
                    let pixel = 3 * (row * width + column)
                    for channel in pixel ..< pixel + 3 {
                        pixels[channel] = UInt8((Float(pixels[channel]) * light).rounded())
                    }
                }
            }
        }
    }

    /// Adds noise, the same in all channels of a pixel.
    mutating func roughen(by deviation: Double, using generator: inout SeededGenerator) {
        pixels.withUnsafeMutableBufferPointer { pixels in
            for pixel in stride(from: 0, to: pixels.count, by: 3) {
                let noise = (deviation * generator.normal()).rounded()
                for channel in pixel ..< pixel + 3 {
                    pixels[channel] = UInt8(min(max(Double(pixels[channel]) + noise, 0), 255))
                }
            }
        }
    }
}
