import Foundation
import Imaging

@testable import Digitization

/// Pictures of sheets with a known place of every millimeter.
struct MadePicture {
    var width = 900
    var height = 660
    /// From mm of the sheet to pixels, row-major 3 × 3.
    var projection = [3.0, 0, 4, 0, 3, 8, 0, 0, 1]
    /// Largest displacement in mm along y by curl.
    var curl = 0.0
    var sheet = (width: 297.0, height: 210.0)
    var hasGrid = true
    var table: UInt8 = 60
    /// The share of light that is missing on one side of a line across the picture.
    var shadow = 0.0

    /// Returns the place in the picture of a place on the sheet.
    func pixel(x: Double, y: Double) -> SIMD2<Double> {
        let y = y + curl * sin(2 * .pi * x / sheet.width)
        let scale = projection[6] * x + projection[7] * y + projection[8]
        return SIMD2(
            (projection[0] * x + projection[1] * y + projection[2]) / scale,
            (projection[3] * x + projection[4] * y + projection[5]) / scale)
    }

    /// Returns the place on the sheet that a pixel shows.
    private func millimeters(_ px: Double, _ py: Double) -> SIMD2<Double> {
        let m = projection
        let (a, b) = (m[0] - px * m[6], m[1] - px * m[7])
        let (c, d) = (m[3] - py * m[6], m[4] - py * m[7])
        let (e, f) = (px * m[8] - m[2], py * m[8] - m[5])
        let determinant = a * d - b * c
        let x = (e * d - b * f) / determinant
        return SIMD2(x, (a * f - e * c) / determinant - curl * sin(2 * .pi * x / sheet.width))
    }

    func page() -> Page {
        var pixels: [UInt8] = []
        pixels.reserveCapacity(3 * width * height)
        for row in 0 ..< height {
            for column in 0 ..< width {
                let place = millimeters(Double(column) + 0.5, Double(row) + 0.5)
                var color = SIMD3<Double>(repeating: Double(table))
                if place.x >= 0, place.y >= 0, place.x < sheet.width, place.y < sheet.height {
                    color = SIMD3(252, 252, 252)
                    if hasGrid {
                        let small = max(Self.line(place.x, 1, 0.15), Self.line(place.y, 1, 0.15))
                        let large = max(Self.line(place.x, 5, 0.3), Self.line(place.y, 5, 0.3))
                        color -= SIMD3(0, 120, 120) * max(0.5 * small, large)
                    }
                }
                let isDark = Double(column) + 0.4 * Double(row) > 0.7 * Double(width)
                color *= isDark ? 1 - shadow : 1
                for channel in 0 ..< 3 { pixels.append(UInt8(color[channel])) }
            }
        }
        return Page(width: width, height: height, pixels: pixels)
    }

    /// Returns the darkness 0…1 near lines at multiples of a distance in mm.
    private static func line(_ place: Double, _ distance: Double, _ thickness: Double) -> Double {
        let away = abs(place - (place / distance).rounded() * distance)
        return max(0, min(1, 1 - (away - thickness / 2) / 0.2))
    }

    /// Returns the largest error of a mesh in mm over the middle of the sheet, after the best shift.
    func error(of mapping: PageMapping) -> Double {
        // The mesh gives pixels of its own millimeters; the truth gives pixels of the same places after the shift.
        func offset(_ x: Double, _ y: Double) -> SIMD2<Double> {
            let target = pixel(x: x, y: y)
            var place = SIMD2(x, y)
            for _ in 0 ..< 30 {
                let here = mapping.pixel(x: place.x, y: place.y)
                let (right, below) = (
                    mapping.pixel(x: place.x + 1, y: place.y), mapping.pixel(x: place.x, y: place.y + 1)
                )
                let (a, b) = (right.x - here.x, below.x - here.x)
                let (c, d) = (right.y - here.y, below.y - here.y)
                let (e, f) = (target.x - here.x, target.y - here.y)
                let determinant = a * d - b * c
                place.x += (e * d - b * f) / determinant
                place.y += (a * f - e * c) / determinant
            }
            return place - SIMD2(x, y)
        }
        let middle = offset(sheet.width / 2, sheet.height / 2)
        var largest = 0.0
        for x in stride(from: 20, through: sheet.width - 20, by: 20) {
            for y in stride(from: 20, through: sheet.height - 20, by: 20) {
                let error = offset(x, y) - middle
                largest = max(largest, (error * error).sum().squareRoot())
            }
        }
        return largest
    }

    /// A sheet that is rotated by 4° and seen at an angle.
    static let tilted = MadePicture(
        width: 1000, height: 760,
        projection: [3.05, -0.21, 60, 0.21, 3.05, 20, 0.00022, 0.00014, 1])
}
