import Testing

@testable import Imaging

struct DrawingBoundsTests {
    private func mask(_ width: Int, _ height: Int, ink: [(ClosedRange<Int>, ClosedRange<Int>)]) throws -> InkMask {
        var drawing = Drawing(width: width, height: height)
        for (columns, rows) in ink { for y in rows { for x in columns { drawing.coverage[y * width + x] = 1 } } }
        return try InkMask(drawing.page(), name: "p")
    }

    @Test func `a rectangle is its own bounds`() throws {
        let mask = try mask(60, 40, ink: [(10 ... 30, 5 ... 8)])
        let bounds = DrawingBounds(of: mask)
        #expect(bounds == DrawingBounds(left: 10, top: 5, right: 31, bottom: 9))
        #expect(bounds.longerSide == 21)
    }

    @Test func `pieces smaller than a hundredth of the largest are left out`() throws {
        let block = (10 ... 29, 10 ... 19)  // 200 pixels, so that pieces of 2 are kept
        let one = try mask(60, 40, ink: [block, (50 ... 50, 30 ... 30)])
        #expect(DrawingBounds(of: one) == DrawingBounds(left: 10, top: 10, right: 30, bottom: 20))
        let two = try mask(60, 40, ink: [block, (50 ... 51, 30 ... 30)])
        #expect(DrawingBounds(of: two) == DrawingBounds(left: 10, top: 10, right: 52, bottom: 31))
    }

    @Test func `pieces that touch at corners are one`() throws {
        // A diagonal of single pixels. Separately, each would be smaller than a hundredth of the block.
        let diagonal = (30 ..< 36).map { ($0 ... $0, $0 - 10 ... $0 - 10) }
        let mask = try mask(60, 40, ink: [(10 ... 29, 10 ... 19)] + diagonal)
        #expect(DrawingBounds(of: mask).right == 36)
    }

    @Test func `the margin is a fraction of the longer side and ends at the border`() throws {
        let mask = try mask(60, 40, ink: [(10 ... 29, 3 ... 10)])
        let bounds = DrawingBounds(of: mask)
        #expect(
            bounds.widened(by: 0.25, inside: mask) == DrawingBounds(left: 5, top: 0, right: 35, bottom: 16))
        #expect(bounds.widened(by: 1, inside: mask) == DrawingBounds(left: 0, top: 0, right: 50, bottom: 31))
        #expect(bounds.widened(by: 0, inside: mask) == bounds)
    }

    @Test func `cropping cuts out rows and columns`() {
        let image = GrayImage(width: 4, height: 3, pixels: Array(0 ..< 12))
        let part = image.cropped(to: DrawingBounds(left: 1, top: 1, right: 3, bottom: 3))
        #expect(part == GrayImage(width: 2, height: 2, pixels: [5, 6, 9, 10]))
    }
}
