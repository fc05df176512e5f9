import Foundation
import Imaging

/// Draws lines, areas and lead names on a copy of a picture.
struct OverlayCanvas {
    struct Color {
        var red, green, blue: UInt8
        /// 0…1.
        var opacity = 1.0
    }

    static let grid = Color(red: 0, green: 120, blue: 255, opacity: 0.35)
    static let colors = [
        Color(red: 220, green: 0, blue: 60), Color(red: 0, green: 130, blue: 0), Color(red: 0, green: 70, blue: 220),
        Color(red: 160, green: 0, blue: 190), Color(red: 220, green: 110, blue: 0),
        Color(red: 0, green: 140, blue: 150),
    ]
    static let white = Color(red: 255, green: 255, blue: 255)

    private let width: Int
    private let height: Int
    private var pixels: [UInt8]

    init(_ page: Page) { (width, height, pixels) = (page.width, page.height, page.pixels) }

    var page: Page { Page(width: width, height: height, pixels: pixels) }

    private mutating func paint(_ x: Int, _ y: Int, _ color: Color) {
        guard x >= 0, y >= 0, x < width, y < height else { return }
        let place = 3 * (y * width + x)
        for (offset, level) in [color.red, color.green, color.blue].enumerated() {
            let old = Double(pixels[place + offset])
            pixels[place + offset] = UInt8((old + (Double(level) - old) * color.opacity).rounded())
        }
    }

    mutating func line(from start: (Double, Double), to end: (Double, Double), _ color: Color, width: Int) {
        let length = max(abs(end.0 - start.0), abs(end.1 - start.1))
        guard length.isFinite, length < 100_000 else { return }
        let steps = max(1, Int(length.rounded(.up)))
        for step in 0 ..< steps {
            let share = Double(step) / Double(steps)
            let x = Int((start.0 + (end.0 - start.0) * share).rounded(.down))
            let y = Int((start.1 + (end.1 - start.1) * share).rounded(.down))
            for dy in 0 ..< width { for dx in 0 ..< width { paint(x + dx, y + dy, color) } }
        }
    }

    /// Fills a polygon with white.
    mutating func fill(_ polygon: [(Double, Double)]) {
        for y in rows(polygon) {
            for (from, to) in Self.spans(polygon, y: Double(y) + 0.5) { blank(y, from, to) }
        }
    }

    /// Fills everything outside of all polygons with white.
    mutating func fillOutside(_ polygons: [[(Double, Double)]]) {
        var isInside = [Bool](repeating: false, count: width * height)
        for polygon in polygons {
            for y in rows(polygon) {
                for (from, to) in Self.spans(polygon, y: Double(y) + 0.5) {
                    for x in columns(from, to) { isInside[y * width + x] = true }
                }
            }
        }
        for place in isInside.indices where !isInside[place] {
            for channel in 0 ..< 3 { pixels[3 * place + channel] = 255 }
        }
    }

    private func rows(_ polygon: [(Double, Double)]) -> Range<Int> {
        let low = polygon.map(\.1).min() ?? 0
        let high = polygon.map(\.1).max() ?? 0
        guard low.isFinite, high.isFinite else { return 0 ..< 0 }
        let first = max(0, min(Double(height), low.rounded(.down)))
        return Int(first) ..< Int(max(first, min(Double(height), high.rounded(.up))))
    }

    private mutating func blank(_ y: Int, _ from: Double, _ to: Double) {
        for x in columns(from, to) { paint(x, y, Self.white) }
    }

    /// The pixels of a row that a part of it touches.
    private func columns(_ from: Double, _ to: Double) -> Range<Int> {
        let first = max(0, min(Double(width), from.rounded(.down)))
        return Int(first) ..< Int(max(first, min(Double(width), to.rounded(.up))))
    }

    /// Parts of a line of pixels that are inside of a polygon.
    private static func spans(_ polygon: [(Double, Double)], y: Double) -> [(Double, Double)] {
        var crossings: [Double] = []
        for index in polygon.indices {
            let (a, b) = (polygon[index], polygon[(index + 1) % polygon.count])
            if (a.1 <= y) != (b.1 <= y) { crossings.append(a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0)) }
        }
        crossings.sort()
        return stride(from: 0, to: crossings.count - 1, by: 2).map { (crossings[$0], crossings[$0 + 1]) }
    }

    /// Writes a lead name; `at` is the lower left corner, `size` the pixels of a dot of the font.
    mutating func text(_ text: String, at place: (Double, Double), size: Int, _ color: Color) {
        guard place.0.isFinite, place.1.isFinite, abs(place.0) < 1e6, abs(place.1) < 1e6 else { return }
        var left = Int(place.0)
        let top = Int(place.1) - 8 * size
        for character in text {
            guard let rows = Self.font[character] else { continue }
            for (row, dots) in rows.enumerated() {
                for column in 0 ..< 5 where dots >> (4 - column) & 1 == 1 {
                    for dy in 0 ..< size {
                        for dx in 0 ..< size { paint(left + column * size + dx, top + row * size + dy, color) }
                    }
                }
            }
            left += 6 * size
        }
    }

    /// Five dots in each of seven rows, for the characters of lead names.
    private static let font: [Character: [UInt8]] = [
        "I": [14, 4, 4, 4, 4, 4, 14], "V": [17, 17, 17, 17, 10, 10, 4], "a": [0, 0, 14, 1, 15, 17, 15],
        "R": [30, 17, 17, 30, 20, 18, 17], "L": [16, 16, 16, 16, 16, 16, 31], "F": [31, 16, 16, 30, 16, 16, 16],
        "-": [0, 0, 0, 14, 0, 0, 0], "1": [4, 12, 4, 4, 4, 4, 14], "2": [14, 17, 1, 6, 8, 16, 31],
        "3": [30, 1, 1, 14, 1, 1, 30], "4": [2, 6, 10, 18, 31, 2, 2], "5": [31, 16, 30, 1, 1, 17, 14],
        "6": [14, 16, 16, 30, 17, 17, 14],
    ]
}
