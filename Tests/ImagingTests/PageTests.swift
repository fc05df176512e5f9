import Files
import Foundation
import Testing

@testable import Imaging

struct PageTests {
    @Test func `files of different formats with the same picture have the same digest`() throws {
        let gray = PNGBuilder(.gray, depth: 2, width: 7, height: 5, seed: 1)
        var rgb = PNGBuilder(.rgb, depth: 8, width: 7, height: 5, seed: 1)
        rgb.samples = gray.expectedPixels.map(Int.init)
        let pages = try [gray.data, rgb.data].map { try Page(decoding: $0, name: "p") }
        #expect(pages[0].pixelDigest == pages[1].pixelDigest)
        #expect(pages[0].source != pages[1].source)
    }

    @Test func `every error names the file and what to do`() {
        let limits = Page.Limits()
        let errors: [ImageError] = [
            .empty(file: "f"), .wrongKind(file: "f", found: "text"),
            .damaged(file: "f", format: "PNG", reason: "why"), .unsupported(file: "f", format: "JPEG", found: "x"),
            .tooLarge(file: "f", width: 1, height: 2, limits: limits), .tooManyBytes(file: "f", bytes: 2, limit: 1),
            .noInk(file: "f", finding: .scattered), .noInk(file: "f", finding: .contrast(found: 1, bound: 24)),
        ]
        for error in errors {
            #expect(error.description.hasPrefix("f: ") && error.description.hasSuffix("."))
            #expect(error.localizedDescription == error.description)
        }
    }
}
