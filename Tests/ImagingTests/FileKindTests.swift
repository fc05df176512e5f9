import Files
import Foundation
import Testing

@testable import Imaging

struct FileKindTests {
    @Test(arguments: [
        ("%PDF-1.7\n", "a PDF document"), ("GIF89a....", "a GIF picture"), ("RIFF....WEBPVP8 ", "a WebP picture"),
        ("II*\0....", "a TIFF picture"), ("MM\0*....", "a TIFF picture"),
        ("....ftypheic....", "a HEIC or AVIF picture"),
        ("....ftypisom....", "a video"), ("BM............................", "a BMP picture"),
        ("PK\u{3}\u{4}....", "a ZIP archive or office document"), ("<svg xmlns='...'>", "an SVG drawing"),
        ("<!DOCTYPE html><p>", "a web page"), ("time,lead I\n0,0.1\n", "text"), ("\0\0\0\0\0\0", "a file of zeros"),
        ("\u{1}\u{2}\u{3}", "a file of unknown kind"), ("\0\0\0\u{C}jP  ", "a JPEG 2000 picture"), ("P", "text"),
    ])
    func `other file formats are named`(content: String, found: String) {
        #expect(throws: ImageError.wrongKind(file: "scan.png", found: found)) {
            try Page(decoding: Data(content.utf8), name: "scan.png")
        }
    }

    @Test func `an empty file is reported as empty`() {
        #expect(throws: ImageError.empty(file: "e.png")) { try Page(decoding: Data(), name: "e.png") }
    }

    @Test func `DICOM, HDF5 and gzip are detected by their bytes`() {
        func kind(_ bytes: [UInt8]) -> FileKind { bytes.withUnsafeBytes { FileKind(of: $0) } }
        #expect(kind(Array(repeating: 0, count: 128) + Array("DICM".utf8)) == .other("a DICOM file"))
        #expect(kind([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A]) == .other("an HDF5 file"))
        #expect(kind([0x1F, 0x8B, 8, 0]) == .other("a gzip archive"))
        #expect(kind([0xFF, 0xD8, 0xFF]) == .jpeg)
        #expect(kind([0xFF, 0xD8]) == .other("a file of unknown kind"))
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
