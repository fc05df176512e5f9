import Foundation
import Imaging
import TestSupport
import Testing

@testable import Digitization

struct PageOverlayTests {
    private static func page() throws -> DigitizedPage {
        let scratch = try Scratch()
        var digitizer = PageDigitizer()
        digitizer.keepsPictures = true
        return try #require(
            try digitizer.digitize(contentsOf: try scratch.write("page.pdf", SamplePage().pdf)).pages.first)
    }

    private static func level(_ page: Page, _ x: Double, _ y: Double) -> [UInt8] {
        let place = 3 * (Int(y) * page.width + Int(x))
        return Array(page.pixels[place ..< place + 3])
    }

    @Test func `traces are drawn in color where the page has them`() throws {
        let page = try Self.page()
        let overlay = try #require(page.overlay())
        let picture = try #require(page.picture)
        #expect((overlay.width, overlay.height) == (picture.width, picture.height))
        let box = try #require(page.leadBoxes.first)
        // Along the middle of the first lead's box, a colored pixel is in the column.
        let scale = PageDigitizer.pictureResolution / 72
        let x = (box.left + box.right) / 2 * scale
        let colored = (Int(box.top * scale) ... Int(box.bottom * scale)).contains { y in
            let level = Self.level(overlay, x, Double(y))
            return level[0] > 150 && level[1] < 60 && level[2] < 120
        }
        #expect(colored)
    }

    @Test func `a deidentified overlay has no header`() throws {
        let page = try Self.page()
        let overlay = try #require(page.overlay(deidentified: true))
        let picture = try #require(page.picture)
        // The name stands at 110 mm, 204 mm above the lower edge.
        let scale = PageDigitizer.pictureResolution / 25.4
        let height = 595 / 72 * 25.4
        func hasInk(_ page: Page) -> Bool {
            stride(from: 110.0, to: 140, by: 0.1).contains { x in
                stride(from: height - 208, to: height - 203, by: 0.1).contains { y in
                    Self.level(page, x * scale, y * scale)[1] < 100
                }
            }
        }
        #expect(hasInk(picture) && !hasInk(overlay))
    }

    @Test func `a page without a picture has no overlay`() {
        #expect(DigitizedPage(kind: .raster, reason: .noPageFound).overlay() == nil)
    }
}
