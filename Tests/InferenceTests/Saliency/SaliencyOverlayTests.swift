import Imaging
import Testing

@testable import Inference

struct SaliencyOverlayTests {
    /// A dark line in the middle of a page, and a map with its weight in the window at (2, 6).
    private func drawn(width: Int, height: Int, frame: Page.Frame? = nil) -> Page {
        var pixels = [UInt8](repeating: 255, count: 3 * width * height)
        for x in 0 ..< width {
            for y in height / 2 - 2 ..< height / 2 + 2 {
                for channel in 0 ..< 3 { pixels[3 * (y * width + x) + channel] = channel == 0 ? 191 : 0 }
            }
        }
        let page = Page(width: width, height: height, pixels: pixels)
        var line = GrayImage(width: 56, height: 56, pixels: Array(repeating: 255, count: 56 * 56))
        for x in 0 ..< 56 { line.pixels[28 * 56 + x] = 0 }
        let occluded = OccludedPicture(line)
        let map = SaliencyMap(
            of: occluded, drops: occluded.windows.map { $0 == .init(column: 2, row: 6) ? 0.8 : 0 })
        return SaliencyOverlay.draw(
            map, over: page, frame: frame ?? Page.Frame(left: 0, top: 0, width: width, height: height))
    }

    private func pixel(_ page: Page, _ x: Int, _ y: Int) -> [UInt8] {
        Array(page.pixels[3 * (y * page.width + x) ..< 3 * (y * page.width + x) + 3])
    }

    @Test func `paper stays white, heat is orange, the trace dark and the window outlined in blue`() {
        let overlay = drawn(width: 280, height: 140)
        #expect(overlay.width == 280 && overlay.height == 140)
        #expect(pixel(overlay, 270, 5) == [255, 255, 255])
        #expect(pixel(overlay, 270, 70) == [24, 24, 27], "the trace has one dark color for any ink")
        // The window covers columns 2 and 3 of 14: 40 ..< 80, and rows 6 and 7: 60 ..< 80.
        #expect(pixel(overlay, 60, 66) == [230, 140, 0])
        #expect(pixel(overlay, 40, 62) == [0, 114, 178] && pixel(overlay, 79, 79) == [0, 114, 178])
    }

    @Test func `large pages are scaled down proportionally`() {
        let overlay = drawn(width: 2000, height: 500)
        #expect(overlay.width == 864 && overlay.height == 216)
        // Four rows of a line become less than two, so no row is fully covered.
        #expect(pixel(overlay, 800, 108).allSatisfy { $0 < 64 } && pixel(overlay, 800, 112) == [255, 255, 255])
    }

    @Test func `heat is inside the frame of the network`() {
        let overlay = drawn(
            width: 280, height: 140, frame: Page.Frame(left: 140, top: 70, width: 140, height: 70))
        #expect(pixel(overlay, 60, 66) == [255, 255, 255])
        #expect(pixel(overlay, 140 + 30, 70 + 33) == [230, 140, 0])
    }

    @Test(arguments: [
        (SaliencyRegion(left: 0.43, top: 0.43, right: 0.57, bottom: 0.57), "center (43–57 % of the width"),
        (SaliencyRegion(left: 0, top: 0, right: 0.143, bottom: 0.143), "upper left (0–14 % of the width, 0–14 %"),
        (SaliencyRegion(left: 0.857, top: 0.43, right: 1, bottom: 0.57), "right, half way up (86–100 % of"),
        (SaliencyRegion(left: 0.43, top: 0.857, right: 0.57, bottom: 1), "lower middle (43–57 % of the width, 86–100"),
    ])
    func `a region is described in words`(region: SaliencyRegion, words: String) {
        #expect(region.words.hasPrefix(words), "\(region.words)")
    }
}
