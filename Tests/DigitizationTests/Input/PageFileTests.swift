import Foundation
import Imaging
import Processes
import TestSupport
import Testing

@testable import Digitization

struct PageFileTests {
    private static let hasVips = (try? ChildProcess.run("vips", ["--version"]))?.status == 0

    @Test func `the content determines the format`() throws {
        let scratch = try Scratch()
        func isPage(_ bytes: [UInt8]) throws -> Bool {
            PageDigitizer.isPage(try scratch.write("file.txt", Data(bytes)))
        }
        let texts = ["\n\n%PDF-1.7", "II*\0", "RIFF....WEBP", "....ftypheic"].map { Array($0.utf8) }
        for bytes in [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF]] + texts { #expect(try isPage(bytes), "\(bytes)") }
        for text in ["text", "", "<svg/>", "....ftypisom"] { #expect(try !isPage(Array(text.utf8)), "\(text)") }
        #expect(!PageDigitizer.isPage(scratch("missing")))
    }

    @Test(.enabled(if: hasVips, "vips is not installed"))
    func `pictures of other formats are converted, and their pages counted`() throws {
        let scratch = try Scratch()
        let page = Page(width: 8, height: 6, pixels: (0 ..< 144).map { UInt8($0) })
        try scratch.write("page.png", page.pngData())
        for name in ["page.tif", "page.webp[lossless=true]", "page.gif", "page.bmp"] {
            try ChildProcess.run("vips", ["copy", "page.png", name], in: scratch.path).succeeded()
        }
        for name in ["page.tif", "page.webp", "page.gif", "page.bmp"] {
            let file = try ConvertedPictures(scratch(name), helper: HelperProgram())
            let read = try file.page(1)
            #expect(file.pageCount == 1 && (read.width, read.height) == (8, 6), "\(name)")
            if name != "page.gif" { #expect(read.pixels == page.pixels, "\(name)") }
        }
        try ChildProcess.run("vips", ["arrayjoin", "page.png page.png", "two.v", "--across", "1"], in: scratch.path)
            .succeeded()
        try ChildProcess.run("vips", ["copy", "two.v", "two.tif[page-height=6]"], in: scratch.path).succeeded()
        let two = try ConvertedPictures(scratch("two.tif"), helper: HelperProgram())
        #expect(two.pageCount == 2)
        #expect(try two.page(2).pixels == page.pixels)
    }

    @Test(.enabled(if: hasVips, "vips is not installed"))
    func `damaged pictures and other documents are refused`() throws {
        let scratch = try Scratch()
        for (name, bytes) in [("a.tif", Array("II*\0".utf8)), ("b.gif", Array("GIF89a".utf8)), ("c", [0x42, 0x4D])] {
            let path = try scratch.write(name, Data(bytes))
            #expect(try PageDigitizer().digitize(contentsOf: path).pages[0].reasons == [.unreadable], "\(name)")
        }
    }

    @Test func `a missing program is named with its package`() throws {
        let error = DigitizationError.notInstalled(program: "pdfinfo", package: "poppler-utils")
        #expect(error.description == "The program pdfinfo is not installed. Install the package poppler-utils.")
    }
}
