import Testing

@testable import Imaging

struct PreprocessingFrameTests {
    /// A blue block of 10 × 6 at (20, 30) on yellowish paper.
    private let page: Page = {
        var pixels = [UInt8](repeating: 0, count: 3 * 80 * 60)
        for y in 0 ..< 60 {
            for x in 0 ..< 80 {
                let isInk = (20 ..< 30).contains(x) && (30 ..< 36).contains(y)
                pixels.replaceSubrange(
                    3 * (y * 80 + x) ..< 3 * (y * 80 + x) + 3, with: isInk ? [0, 0, 255] : [250, 250, 230])
            }
        }
        return Page(width: 80, height: 60, pixels: pixels)
    }()

    @Test func `without cropping the frame is the whole page`() throws {
        #expect(
            try Preprocessing().frame(of: page, name: "page") == Page.Frame(left: 0, top: 0, width: 80, height: 60))
    }

    @Test func `with cropping the frame is the drawing and its margin`() throws {
        let cropped = Preprocessing(crop: 0.2)
        #expect(try cropped.frame(of: page, name: "page") == Page.Frame(left: 18, top: 28, width: 14, height: 10))
        let picture = try Preprocessing(crop: 0.2, size: 28).apply(to: page, name: "page")
        // The margin is 2 of 14 pixels: 4 of 28.
        #expect(picture.pixels[14 * 28 + 3] == 255 && picture.pixels[14 * 28 + 4] == 0)
    }

    @Test func `ink shares do not depend on colors, and a blank page has none`() {
        let shares = page.inkShares
        #expect(shares.pixels[31 * 80 + 21] == 255 && shares.pixels[0] == 0)
        let blank = Page(width: 8, height: 8, pixels: Array(repeating: 200, count: 192))
        #expect(blank.inkShares.pixels.allSatisfy { $0 == 0 })
    }
}
