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

    /// A JPEG header of a gray picture, up to the start of its data.
    private static func jpeg(width: UInt16, height: UInt16) -> Data {
        func bytes(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }
        return Data(
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 11, 8] + bytes(height) + bytes(width)
                + [1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0xFF, 0xD9])
    }

    /// A TIFF with one strip of 100 bytes, whatever its size.
    private static func tiff(width: UInt32, height: UInt32) -> Data {
        func bytes(_ value: UInt32) -> [UInt8] { (0 ..< 4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        // Width, height, 8 bits, not compressed, black is 0, place, 1 channel, rows, bytes.
        let entries: [(UInt8, UInt32)] = [
            (0, width), (1, height), (2, 8), (3, 1), (6, 1), (17, 200), (21, 1), (22, height), (23, 100),
        ]
        let header = Array("II*\0".utf8) + bytes(8) + [UInt8(entries.count), 0]
        return Data(
            entries.reduce(header) { $0 + [$1.0, 1, 4, 0] + bytes(1) + bytes($1.1) } + [UInt8](repeating: 0, count: 200)
        )
    }

    @Test func `a picture that claims too many pixels is refused before it is decoded`() throws {
        let scratch = try Scratch()
        for (name, data) in [
            ("area.png", Bomb.png(width: 60_000, height: 60_000, rows: 1)),
            ("side.png", Bomb.png(width: 30_001, height: 2, rows: 2)),
            ("area.jpg", Self.jpeg(width: 60_000, height: 60_000)),
        ] {
            let path = try scratch.write(name, data)
            #expect(try PageDigitizer().digitize(contentsOf: path).pages[0].reasons == [.memoryLimit], "\(name)")
        }
        let short = try scratch.write("short.png", Bomb.png(width: 7000, height: 7000, rows: 1))
        #expect(try PageDigitizer().digitize(contentsOf: short).pages[0].reasons == [.unreadable])
    }

    @Test(.enabled(if: hasVips, "vips is not installed"))
    func `a picture of another format that claims too many pixels is refused too`() throws {
        let scratch = try Scratch()
        let gif = Array("GIF89a".utf8) + [255, 255, 255, 255, 0x80, 0, 0] + [UInt8](repeating: 0, count: 6)
        for (name, data) in [
            ("area.tif", Self.tiff(width: 60_000, height: 60_000)),
            ("area.gif", Data(gif + [0x2C, 0, 0, 0, 0, 255, 255, 255, 255, 0, 2, 2, 0x4C, 1, 0, 0x3B])),
        ] {
            let path = try scratch.write(name, data)
            #expect(try PageDigitizer().digitize(contentsOf: path).pages[0].reasons == [.memoryLimit], "\(name)")
        }
        let short = try scratch.write("short.tif", Self.tiff(width: 7000, height: 7000))
        #expect(try PageDigitizer().digitize(contentsOf: short).pages[0].reasons == [.unreadable])
    }

    @Test func `helper programs keep temporary files in the folder that is removed after them`() throws {
        let scratch = try Scratch()
        #expect(try HelperProgram().run("printenv", ["TMPDIR"], in: scratch.path) == scratch.path + "\n")
    }

    @Test func `a missing program is named with its package`() throws {
        let error = DigitizationError.notInstalled(program: "pdfinfo", package: "poppler-utils")
        #expect(error.description == "The program pdfinfo is not installed. Install the package poppler-utils.")
    }
}
