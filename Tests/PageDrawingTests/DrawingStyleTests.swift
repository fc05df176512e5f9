import Testing

@testable import PageDrawing

struct DrawingStyleTests {
    @Test func `mixing goes from one colour to the other`() {
        let ink = RGBColour(200, 0, 100)
        #expect(RGBColour.white.mixed(with: ink, share: 0) == .white)
        #expect(RGBColour.white.mixed(with: ink, share: 1) == ink)
        #expect(RGBColour.white.mixed(with: ink, share: 0.5) == RGBColour(228, 128, 178))
        #expect(RGBColour.white.mixed(with: ink, share: 7) == ink)
    }

    @Test func `luminance is BT.601 grey`() {
        #expect(abs(RGBColour(0, 128, 0).luminance - 75.136) < 1e-9)
        #expect(abs(RGBColour.white.luminance - 255) < 1e-9)
    }

    @Test func `calibrated paper has squares of 40 ms and 0.1 mV`() {
        // 25 mm/s and 10 mm/mV at 4 pixels a millimetre.
        let grid = PaperGrid.calibrated(
            pixelsPerSecond: 100, pixelsPerMillivolt: 40, minor: .white, major: .black)
        #expect(grid.spacingX == 4)
        #expect(grid.spacingY == 4)
        #expect(grid.majorEvery == 5)
    }
}
