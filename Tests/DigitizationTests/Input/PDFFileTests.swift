import Foundation
import TestSupport
import Testing

@testable import Digitization

struct PDFFileTests {
    @Test func `words have boxes and decoded text`() {
        let words = PDFWords.words(
            in: """
                <page width="842" height="595">
                <word xMin="1.5" yMin="2" xMax="3" yMax="4">aVR</word>
                <word xMin="1" yMin="2" xMax="3" yMax="4">&lt;A&amp;B&gt;</word>
                <word xMin="nan" yMin="2" xMax="3" yMax="4">x</word>
                <word xMin="1" yMin="2">x</word>
                """)
        #expect(words.map(\.text) == ["aVR", "<A&B>"])
        #expect(words.first.map { [$0.left, $0.top, $0.right, $0.bottom] } == [1.5, 2, 3, 4])
    }

    @Test func `pictures of pages are read, and damaged ones are not`() {
        let page = PDFFile.picture(ppm: Data("P6\n2 1\n255\n".utf8) + [1, 2, 3, 10, 32, 255])
        #expect(page?.width == 2 && page?.height == 1 && page?.pixels == [1, 2, 3, 10, 32, 255])
        for (header, count) in [
            ("P6\n2 1\n255\n", 5), ("P6\n2 1\n255\n", 7), ("P5\n2 1\n255\n", 6), ("P6\n2 1\n65535\n", 6),
            ("P6\n0 1\n255\n", 0), ("P6\n99999999999 1\n255\n", 6), ("P6\n-2 -1\n255\n", 6), ("P6\n2 1\n", 0), ("", 0),
        ] {
            let data = Data(header.utf8) + [UInt8](repeating: 7, count: count)
            #expect(PDFFile.picture(ppm: data) == nil, "\(header)")
        }
    }

    @Test func `a page with a scan is read as a picture`() throws {
        // White on the left and black on the right half.
        let row = String(repeating: "ff", count: 20) + String(repeating: "00", count: 20)
        let pixels = String(repeating: row, count: 10) + ">"
        let image =
            "<</Type/XObject/Subtype/Image/Width 40/Height 10/ColorSpace/DeviceGray/BitsPerComponent 8"
            + "/Filter/ASCIIHexDecode/Length \(pixels.utf8.count)>>stream\n\(pixels)\nendstream"
        let content = "144 0 0 36 0 0 cm /I Do"
        let scratch = try Scratch()
        let path = try scratch.write(
            "scan.pdf",
            SamplePDF.file(objects: [
                "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
                "<</Type/Page/Parent 2 0 R/MediaBox[0 0 144 36]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>",
                "<</Length \(content.utf8.count)>>stream\n\(content)\nendstream", image,
            ]))
        let page = try PDFFile(path, helper: HelperProgram()).picture(ofPage: 1, resolution: 72, size: (144, 36))
        #expect((page.width, page.height) == (144, 36))
        #expect(page.pixels[3 * (18 * 144 + 20)] == 255 && page.pixels[3 * (18 * 144 + 120)] == 0)
    }
}
