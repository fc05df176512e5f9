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
        func format(_ bytes: [UInt8]) throws -> PageFile.Format {
            try PageFile.format(of: try scratch.write("file.txt", Data(bytes)))
        }
        #expect(try format([0x89, 0x50, 0x4E, 0x47]) == .picture)
        #expect(try format([0xFF, 0xD8, 0xFF]) == .picture)
        #expect(try format(Array("\n\n%PDF-1.7".utf8)) == .pdf)
        #expect(try format(Array("II*\0".utf8)) == .convertible)
        #expect(try format(Array("RIFF....WEBP".utf8)) == .convertible)
        #expect(try format(Array("....ftypheic".utf8)) == .convertible)
        #expect(try format(Array("text".utf8)) == .unknown)
        #expect(try format([]) == .unknown)
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
