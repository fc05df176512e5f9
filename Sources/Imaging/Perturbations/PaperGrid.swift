import LinearAlgebra

/// Draws the grid of ECG paper under the trace.
///
/// - Thin lines lie 1/36 of the page's shorter side apart; every fifth line is strong. The offset is random.
/// - A line is 1/288 of the shorter side wide, and at least one pixel.
/// - Thin lines have 0.2 of the trace's contrast, strong ones 0.35: less than the half that counts as ink.
/// - On light paper the lines are reddish: red loses a quarter of what green and blue lose. On dark paper the change
///   has the opposite sign.
/// - The trace covers the lines by its coverage (`InkCoverage`).
struct PaperGrid {
    /// Offset of the first strong lines, in strong squares.
    private let start: (x: Double, y: Double)

    static let thin: Float = 0.2
    static let strong: Float = 0.35

    init(_ random: inout SeededGenerator) {
        start = (random.uniform(), random.uniform())
    }

    /// - Throws: `ImageError.noInk`.
    func apply(to page: Page, name: String) throws -> Page {
        let coverage = try InkCoverage(page, name: name)
        let side = Double(min(page.width, page.height))
        let columns = Self.strengths(count: page.width, pitch: side / 36, start: start.x, width: side / 288)
        let rows = Self.strengths(count: page.height, pitch: side / 36, start: start.y, width: side / 288)
        let contrast = Float(coverage.contrast)
        let tint = SIMD3<Float>(0.25, 1, 1)
        return page.redrawn(on: coverage.paper) { index, pixel, paper in
            let (y, x) = index.quotientAndRemainder(dividingBy: page.width)
            let strength = max(columns[x], rows[y]) * contrast * (1 - coverage.values[index])
            let isDark = paper.max() + paper.min() < 255
            return isDark ? pixel + strength * tint : pixel - strength * tint
        }
    }

    /// Returns the strength of the line at each pixel along an axis, anti-aliased by the covered part of the pixel.
    static func strengths(count: Int, pitch: Double, start: Double, width: Double) -> [Float] {
        var strengths = [Float](repeating: 0, count: count)
        guard pitch > 1 else { return strengths }
        let width = max(width, 1)
        var number = 0
        var center = (start - 1) * 5 * pitch
        while center - width < Double(count) {
            let (from, to) = (center - width / 2, center + width / 2)
            let strength = number % 5 == 0 ? strong : thin
            for pixel in max(Int(from.rounded(.down)), 0) ..< max(min(Int(to.rounded(.up)), count), 0)
            where to > 0 && from < Double(count) {
                let covered = min(to, Double(pixel) + 1) - max(from, Double(pixel))
                strengths[pixel] = max(strengths[pixel], strength * Float(covered))
            }
            number += 1
            center = (start - 1) * 5 * pitch + Double(number) * pitch
        }
        return strengths
    }
}
