import Foundation
import Testing

@testable import Digitization

struct GridSurfaceTests {
    typealias Millimeters = (Double, Double) -> Double

    private func samples(_ millimeters: Millimeters) -> [GridSurface.Sample] {
        (0 ..< 12).flatMap { column in
            (0 ..< 9).map { row in
                let (x, y) = (50 + 80 * Double(column), 50 + 80 * Double(row))
                return GridSurface.Sample(x: x, y: y, millimeters: millimeters(x, y))
            }
        }
    }

    private func fitted(
        _ x: Millimeters, _ y: Millimeters, unit: Double = 1
    ) -> GridSurface? {
        GridSurface(x: samples(x), y: samples(y), width: 1000, height: 740, margin: 40, unit: unit)
    }

    @Test func `a scale is a surface of order 1 that begins at a line`() throws {
        let across: Millimeters = { x, _ in x / 4 + 0.3 }
        let down: Millimeters = { _, y in y / 4 - 7.2 }
        let surface = try #require(fitted(across, down, unit: 5))
        #expect(surface.order == 1)
        #expect(abs(surface.scale.x - 4) < 1e-6)
        // The first corner is at 0.3 mm and -7.2 mm; the last lines before are 0 and -10.
        let corner = surface.millimeters(x: 0, y: 0)
        #expect(abs(corner.x - 0.3) < 1e-6)
        #expect(abs(corner.y - 2.8) < 1e-6)
    }

    @Test func `a wave is followed to a fifth of a millimeter, and pixels are the inverse`() throws {
        let across: Millimeters = { x, _ in x / 4 }
        let wave: Millimeters = { x, y in y / 4 + 3 * sin(x / 130) }
        let surface = try #require(fitted(across, wave))
        #expect(surface.order > 2)
        let origin = surface.millimeters(x: 500, y: 370)
        for x in stride(from: 60.0, through: 900, by: 70) {
            let found = surface.millimeters(x: x, y: 300)
            let error: Double = found.y - origin.y - (wave(x, 300) - wave(500, 370))
            #expect(abs(error) < 0.2)
            let pixel = surface.pixel(x: found.x, y: found.y, start: PageMapping.Point(x: 500, y: 370))
            #expect(abs(pixel.x - x) < 0.01 && abs(pixel.y - 300) < 0.01)
        }
    }

    @Test func `beyond the samples the surface is straight`() throws {
        let across: Millimeters = { x, _ in x / 4 + 2 * sin(x / 150) }
        let down: Millimeters = { _, y in y / 4 }
        let surface = try #require(fitted(across, down))
        let (a, b, c) = (
            surface.millimeters(x: 940, y: 300).x, surface.millimeters(x: 970, y: 300).x,
            surface.millimeters(x: 1000, y: 300).x
        )
        #expect(abs((c - b) - (b - a)) < 1e-9)
    }

    @Test func `slopes agree with differences`() throws {
        let across: Millimeters = { x, y in x / 4 + x * y / 9000 }
        let down: Millimeters = { x, y in y / 4 + x * x / 9000 }
        let surface = try #require(fitted(across, down))
        let place = surface.place(x: 400, y: 300)
        let (right, left) = (surface.millimeters(x: 401, y: 300), surface.millimeters(x: 399, y: 300))
        #expect(abs(place.ux - (right.x - left.x) / 2) < 1e-6)
        #expect(abs(place.vx - (right.y - left.y) / 2) < 1e-6)
    }

    @Test func `samples without order give no surface`() {
        let random: Millimeters = { x, y in Double(Int(x * 7919 + y * 104_729) % 1009) / 10 }
        #expect(GridSurface(x: samples(random), y: samples(random), width: 1000, height: 740, margin: 40) == nil)
    }
}
