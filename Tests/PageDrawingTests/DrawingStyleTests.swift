import Testing

@testable import PageDrawing

struct DrawingStyleTests {
    @Test func `a mixture ranges from one color to the other`() {
        let ink = RGBColor(200, 0, 100)
        #expect(RGBColor.white.mixed(with: ink, share: 0) == .white)
        #expect(RGBColor.white.mixed(with: ink, share: 1) == ink)
        #expect(RGBColor.white.mixed(with: ink, share: 0.5) == RGBColor(228, 128, 178))
        #expect(RGBColor.white.mixed(with: ink, share: 7) == ink)
    }

    @Test func `luminance is BT.601 gray`() {
        #expect(abs(RGBColor(0, 128, 0).luminance - 75.136) < 1e-9)
        #expect(abs(RGBColor.white.luminance - 255) < 1e-9)
    }

    @Test func `a calibrated grid has squares of 40 ms and 0.1 mV`() {
        // 25 mm/s and 10 mm/mV at 4 pixels per mm.
        let grid = PaperGrid.calibrated(
            pixelsPerSecond: 100, pixelsPerMillivolt: 40, minor: .white, major: .black)
        #expect(grid.spacingX == 4)
        #expect(grid.spacingY == 4)
        #expect(grid.majorEvery == 5)
    }
}
