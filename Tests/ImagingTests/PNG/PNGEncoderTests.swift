import Files
import Foundation
import LinearAlgebra
import Testing

@testable import Imaging

struct PNGEncoderTests {
    private func bytes(_ count: Int) -> [UInt8] {
        var random = SeededGenerator(seed: 6)
        return (0 ..< count).map { _ in UInt8(random.integer(below: 256)) }
    }

    @Test(arguments: [(1, 1), (3, 7), (200, 150), (1, 5000)])
    func `a page and a gray picture survive encoding and decoding`(width: Int, height: Int) throws {
        let page = Page(width: width, height: height, pixels: bytes(3 * width * height))
        let read = try Page(decoding: page.pngData(), name: "p")
        #expect(read.pixels == page.pixels && read.width == width && read.height == height)
        #expect(read.pixelDigest == page.pixelDigest)
        #expect(read.source?.channels == .rgb && read.source?.bitDepth == 8)

        let image = GrayImage(width: width, height: height, pixels: bytes(width * height))
        let readImage = try Page(decoding: image.pngData(), name: "p")
        #expect(readImage.grayscale == image && readImage.source?.channels == .gray)
    }

    @Test func `the same picture gives the same bytes, without time or text`() throws {
        let image = GrayImage(width: 40, height: 30, pixels: bytes(1200))
        let data = try image.pngData()
        #expect(try image.pngData() == data)
        let metadata = try #require(try Page(decoding: data, name: "p").source).metadata
        #expect(metadata.allSatisfy { !$0.hasPrefix("text") && $0 != "tIME" })
    }

    @Test func `a file is written whole or not at all`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("png-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let image = GrayImage(width: 8, height: 8, pixels: bytes(64))
        let path = folder.appendingPathComponent("picture.png").path
        try image.writePNG(to: path)
        #expect(try Page(contentsOf: path).grayscale == image)
        #expect(throws: FileError.self) { try image.writePNG(to: folder.path + "/missing/picture.png") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["picture.png"])
    }
}
