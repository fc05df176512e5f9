import Testing

@testable import Imaging

struct LineWidthTests {
    /// Returns the ink in a column of a 64 × 48 page, in pixels, by the green channel of the two colors.
    private func thickness(_ page: Page, column: Int = 32, ink: Double = 60, paper: Double = 236) -> Double {
        (0 ..< page.height).reduce(0) { sum, y in
            sum + (paper - Double(page.pixels[3 * (y * page.width + column) + 1])) / (paper - ink)
        }
    }

    private func line(thickness: Double, at height: Double = 24) -> Drawing {
        var drawing = Drawing(width: 64, height: 48)
        drawing.line(from: (6, height), to: (58, height), thickness: thickness)
        return drawing
    }

    @Test(arguments: [2.0, 3, 4, 6])
    func `a line of constant width is doubled and halved`(width: Double) throws {
        let page = line(thickness: width).page(ink: [20, 60, 160], paper: [240, 236, 220])
        #expect(abs(thickness(page) - width) < 0.05)
        let doubled = try LineWidth.doubled.apply(to: page, name: "page")
        #expect(abs(thickness(doubled) - 2 * width) < 0.2)
        let halved = try LineWidth.halved.apply(to: page, name: "page")
        #expect(abs(thickness(halved) - width / 2) < 0.2)
    }

    @Test func `a thin line next to a thick one gets thinner and is not lost`() throws {
        var drawing = line(thickness: 6, at: 14)
        drawing.line(from: (6, 36.3), to: (58, 36.3), thickness: 1)
        let halved = try LineWidth.halved.apply(to: drawing.page(), name: "page")
        let left = (28 ..< 44).reduce(0.0) { $0 + 255 - Double(halved.pixels[3 * ($1 * 64 + 32)]) } / 255
        #expect(left > 0.3 && left < 0.9)
    }

    @Test(arguments: [LineWidth.doubled, .halved])
    func `ink and paper keep their colors`(_ change: LineWidth) throws {
        let page = line(thickness: 5).page(ink: [200, 30, 90], paper: [250, 240, 230])
        let changed = try change.apply(to: page, name: "page")
        let middle = 3 * (24 * 64 + 32)
        #expect(Array(changed.pixels[middle ..< middle + 3]) == [200, 30, 90])
        #expect(Array(changed.pixels[..<3]) == [250, 240, 230])
    }

    @Test func `a faint grid stays when lines get thinner`() throws {
        let drawing = line(thickness: 4)
        let page = drawing.page { x, _, cover, _ in
            let paper = x % 8 == 0 ? 200.0 : 255
            return paper + cover * (0 - paper)
        }
        let halved = try LineWidth.halved.apply(to: page, name: "page")
        #expect(halved.pixels[3 * (5 * 64 + 16)] == 200)
        #expect(halved.pixels[3 * (5 * 64 + 17)] == 255)
    }

    @Test func `light lines on dark paper change as dark ones on light do`() throws {
        let drawing = Drawing.beat()
        let dark = try LineWidth.doubled.apply(to: drawing.page(), name: "page")
        let light = try LineWidth.doubled.apply(
            to: drawing.page(ink: [255, 255, 255], paper: [0, 0, 0]), name: "page")
        #expect(dark.pixels == light.pixels.map { 255 - $0 })
    }
}
