import Files
import Foundation
import Testing

@testable import Imaging

struct JPEGDecoderTests {
    @Test func `all fixtures decode to the same pixels as in Pillow`() throws {
        let expected = try Fixtures.expected()
        #expect(expected.pages.count == 26)
        for (name, entry) in expected.pages {
            let page = try Page(contentsOf: Fixtures.path(name))
            #expect(page.width == entry.width && page.height == entry.height, "\(name)")
            #expect(page.contentDigest.description == entry.digest, "\(name)")
            #expect(Digest(of: page.grayscale.pixels).description == expected.gray[name], "\(name)")
        }
    }

    @Test func `CMYK is read with and without Adobe's marker, as light or as ink`() throws {
        let marked = try Page(contentsOf: Fixtures.path("cmyk.jpg"))
        // The marker was removed: samples are still light.
        #expect(try Page(contentsOf: Fixtures.path("cmyk-upright.jpg")).pixels == marked.pixels)
        let ink = try Page(contentsOf: Fixtures.path("cmyk-ink.jpg"))
        let largest = zip(ink.pixels, marked.pixels).map { abs(Int($0) - Int($1)) }.max()
        #expect(try #require(largest) <= 8, "both are compressed")
    }

    @Test func `all eight orientations give the same page`() throws {
        let upright = try Page(contentsOf: Fixtures.path("orientation-1.jpg"))
        for orientation in 2 ... 8 {
            let page = try Page(contentsOf: Fixtures.path("orientation-\(orientation).jpg"))
            #expect(page.source?.orientation == orientation)
            let isTurned = orientation >= 5
            #expect(page.width == (isTurned ? upright.height : upright.width))
        }
    }

    @Test func `the properties of a file are read`() throws {
        func source(_ name: String) throws -> Page.Source {
            try #require(try Page(contentsOf: Fixtures.path(name)).source)
        }
        let color = try source("colour-420.jpg")
        #expect(color.format == .jpeg && color.channels == .rgb && color.bitDepth == 8 && !color.hasAlpha)
        #expect(color.metadata == ["JFIF", "comment"] && !color.isProgressive)
        #expect(try source("colour-422-progressive.jpg").isProgressive)
        #expect(try source("grey.jpg").channels == .gray)
        #expect(try source("cmyk.jpg").channels == .cmyk)
        #expect(try source("ycck.jpg").metadata.contains("Adobe"))
        #expect(try source("cmyk-upright.jpg").metadata.contains("Adobe") == false)
        #expect(try source("orientation-3.jpg").metadata.contains("EXIF"))
        let page = try Page(decoding: Fixtures.data("grey.jpg") + Data([0, 0]), name: "grey.jpg")
        #expect(page.source?.metadata == ["JFIF", "trailing bytes"])
    }

    @Test(arguments: ["colour-420.jpg", "colour-422-progressive.jpg", "grey.jpg", "cmyk.jpg"])
    func `a file truncated at any length is rejected`(name: String) throws {
        let whole = try Fixtures.data(name)
        for length in stride(from: 1, to: whole.count - 1, by: 3) {
            let error = #expect(throws: ImageError.self, "\(length) of \(whole.count)") {
                try Page(decoding: whole.prefix(length), name: name)
            }
            #expect(error?.description.hasPrefix("\(name): ") == true)
        }
    }

    @Test func `a header with too large a size is rejected before decoding`() throws {
        var data = try Fixtures.data("grey.jpg")
        let frame = try #require(data.firstRange(of: Data([0xFF, 0xC0])))
        data.replaceSubrange(frame.lowerBound + 5 ..< frame.lowerBound + 9, with: [0xFF, 0xDC, 0xFF, 0xDC])
        #expect(throws: ImageError.tooLarge(file: "g", width: 65_500, height: 65_500, limits: Page.Limits())) {
            try Page(decoding: data, name: "g")
        }
    }

    @Test func `a coding process that libjpeg does not support is reported as unsupported`() throws {
        var data = try Fixtures.data("grey.jpg")
        let frame = try #require(data.firstRange(of: Data([0xFF, 0xC0])))
        data[frame.lowerBound + 1] = 0xC3  // lossless
        let error = #expect(throws: ImageError.self) { try Page(decoding: data, name: "lossless.jpg") }
        guard case .unsupported(file: "lossless.jpg", format: "JPEG", _) = error else {
            Issue.record("\(error as Any)")
            return
        }
    }
}
