import Files
import Foundation
import Testing

struct FileKindTests {
    @Test(arguments: [
        ("%PDF-1.7\n", "a PDF document"), ("GIF89a....", "a GIF picture"), ("RIFF....WEBPVP8 ", "a WebP picture"),
        ("II*\0....", "a TIFF picture"), ("MM\0*....", "a TIFF picture"),
        ("....ftypheic....", "a HEIC or AVIF picture"),
        ("....ftypisom....", "a video"), ("BM............(\0\0\0....", "a BMP picture"),
        ("BMI,weight\n21,70\n22,71\n23,72\n", "text"), ("\n\n%PDF-1.7\n", "a PDF document"),
        ("PK\u{3}\u{4}....", "a ZIP archive or office document"), ("<svg xmlns='...'>", "an SVG drawing"),
        ("<!DOCTYPE html><p>", "a web page"), ("time,lead I\n0,0.1\n", "text"), ("\0\0\0\0\0\0", "a file of zeros"),
        ("\u{1}\u{2}\u{3}", "a file of unknown kind"), ("\0\0\0\u{C}jP  ", "a JPEG 2000 picture"), ("P", "text"),
        ("", "an empty file"),
        ("<?xml version='1.0'?><Error/>", "an XML document"),
        ("version https://git-lfs.github.com/", "a Git LFS pointer"),
    ])
    func `formats are named`(content: String, found: String) {
        #expect(FileKind(of: Data(content.utf8)).phrase == found)
    }

    @Test func `binary formats are detected by their bytes`() {
        func kind(_ bytes: some Sequence<UInt8>) -> FileKind { FileKind(of: Data(bytes)) }
        #expect(kind(Array(repeating: 0, count: 128) + Array("DICM".utf8)) == .dicom)
        #expect(kind(Array(repeating: 7, count: 16) + Array("SCPECG".utf8)) == .scp)
        #expect(kind([0xFF] + Array("BIOSEMI".utf8)) == .bdf)
        let edf = Array("0       ".utf8) + [UInt8](repeating: 0x20, count: 248)
        #expect(kind(edf) == .edf)
        #expect(kind(edf.dropLast()) == .text)
        #expect(kind([0x49, 0x49, 0x2B, 0]) == .otherPicture("a TIFF picture"))
        #expect(kind([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A]) == .hdf5)
        #expect(kind([0x1F, 0x8B, 8, 0]) == .gzip)
        #expect(kind([0xFF, 0xD8, 0xFF]) == .jpeg)
        #expect(kind([0x89, 0x50, 0x4E, 0x47]) == .png)
        #expect(kind([0xFF, 0xD8]) == .other("a file of unknown kind"))
    }

    @Test func `a file is read, and a missing file counts as empty`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("kind-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(FileKind(ofFile: path) == .empty)
        try AtomicFile.write(Data("%PDF-1.7".utf8), to: path)
        #expect(FileKind(ofFile: path) == .pdf)
    }
}
