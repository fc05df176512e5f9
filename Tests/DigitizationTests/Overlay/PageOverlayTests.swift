import Foundation
import Imaging
import TestSupport
import Testing

@testable import Digitization

struct PageOverlayTests {
    private static func page(_ sample: SamplePage = SamplePage()) throws -> DigitizedPage {
        let scratch = try Scratch()
        var digitizer = PageDigitizer()
        digitizer.keepsPictures = true
        return try #require(
            try digitizer.digitize(contentsOf: try scratch.write("page.pdf", sample.pdf)).pages.first)
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

    /// Whether a picture has black ink where the name stands: 204 mm above the lower edge, between the places in mm.
    private static func hasName(_ page: Page, from left: Double, to right: Double) -> Bool {
        let scale = PageDigitizer.pictureResolution / 25.4
        let height = 595 / 72 * 25.4
        return stride(from: left, to: right, by: 0.1).contains { x in
            stride(from: height - 208, to: height - 203, by: 0.1).contains { y in
                level(page, x * scale, y * scale).max()! < 100
            }
        }
    }

    @Test func `a deidentified overlay has no header`() throws {
        let page = try Self.page()
        let overlay = try #require(page.overlay(deidentified: true))
        let isPrinted = Self.hasName(try #require(page.picture), from: 110, to: 140)
        let isPainted = !Self.hasName(overlay, from: 110, to: 140)
        #expect(isPrinted && isPainted)
    }

    @Test func `a header at the height of tall waves is painted over even if its words were not read`() throws {
        // R waves of 1.1 mV in lead II reach the header, 34 mm above the baseline, at 112.5 and 132.5 mm.
        var sample = SamplePage()
        (sample.gain, sample.strip, sample.text) = (32, nil, ["25 mm/s", "32 mm/mV", "Jane Doe 1950"])
        sample.rows = [["II"]]
        sample.columnWidth = 250
        var page = try Self.page(sample)
        page.read?.words = []
        #expect(!page.cells.isEmpty)
        let overlay = try #require(page.overlay(deidentified: true))
        let isPrinted = Self.hasName(try #require(page.picture), from: 116, to: 129)
        let isPainted = !Self.hasName(overlay, from: 116, to: 129)
        #expect(isPrinted && isPainted)
    }

    @Test func `a page without named leads has no deidentified overlay, because its traces may be text`() throws {
        var page = try Self.page()
        page.cells = []
        #expect(page.overlay(deidentified: true) == nil && page.overlay() != nil)
    }

    @Test func `a page without a picture has no overlay`() {
        #expect(DigitizedPage(kind: .raster, reason: .noPageFound).overlay() == nil)
    }
}
