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

    @Test func `a file of another format is named in the error`() {
        #expect(throws: ImageError.wrongKind(file: "scan.png", found: "a PDF document")) {
            try Page(decoding: Data("%PDF-1.7\n".utf8), name: "scan.png")
        }
        #expect(throws: ImageError.wrongKind(file: "scan.png", found: "a ZIP archive or office document")) {
            try Page(decoding: Data("PK\u{3}\u{4}....".utf8), name: "scan.png")
        }
    }

    @Test func `an empty file is reported as empty`() {
        #expect(throws: ImageError.empty(file: "e.png")) { try Page(decoding: Data(), name: "e.png") }
    }

    @Test func `the name of the file does not matter`() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kind-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("really-a-jpeg.png").path
        try AtomicFile.write(Fixtures.data("grey.jpg"), to: path)
        #expect(try Page(contentsOf: path).source?.format == .jpeg)
        #expect(throws: FileError.missing(path: path + "x")) { try Page(contentsOf: path + "x") }
        #expect(throws: FileError.isFolder(path: folder.path)) { try Page(contentsOf: folder.path) }
    }
}
