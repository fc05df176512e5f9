import Files
import Foundation
import HDF5
import LinearAlgebra
import TestSupport
import Testing

@Suite struct ChecksumHeaderTests {
    private let scratch: Scratch
    private let header = ChecksumHeader(kind: "HeartSense model", version: 2)
    private let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch("model.h5")
        try HDF5File.create(path, header: header, Sample.fill)
    }

    @Test func `the header contains the kind, the version and the digest of the content`() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let digest = Digest(of: bytes.dropFirst(512))
        #expect(
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                == "HeartSense model\nversion 2\nsha256 \(digest)\n")
        #expect(try header.verify(path) == digest)
        #expect(try HDF5File.open(path, header: header).root.attributes.string("name") == "héart")
        // Readers that know nothing of the header skip it.
        #expect(try HDF5File.open(path).root.attributes.string("name") == "héart")
    }

    @Test func `every flipped bit and every truncation is found before libhdf5 opens the file`() throws {
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SeededGenerator(seed: 3)
        let damaged = scratch("damaged.h5")
        for round in 0 ..< 400 {
            var bytes = original
            if round.isMultiple(of: 4) {
                bytes = bytes.prefix(generator.integer(below: bytes.count))
            } else {
                let place = round < 200 ? generator.integer(below: 512) : generator.integer(below: bytes.count)
                bytes[place] ^= 1 << UInt8(generator.integer(below: 8))
            }
            try bytes.write(to: URL(fileURLWithPath: damaged))
            let error = #expect(throws: HDF5Error.self) { try HDF5File.open(damaged, header: header) }
            switch error {
            case .header, .version, .digest: break
            default: Issue.record("round \(round): \(String(describing: error))")
            }
        }
    }

    @Test func `the error for another version names both versions and what to do`() throws {
        let newer = scratch("newer.h5")
        try HDF5File.create(newer, header: ChecksumHeader(kind: "HeartSense model", version: 3), Sample.fill)
        let error = #expect(throws: HDF5Error.self) { try HDF5File.open(newer, header: header) }
        #expect(error == .version(path: newer, kind: "HeartSense model", expected: 2, found: 3))
        #expect(
            error?.description
                == "\(newer): this HeartSense model has format version 3, but this program reads version 2. "
                + "Upgrade heartsense.")
        let old = ChecksumHeader(kind: "HeartSense model", version: 4)
        #expect(throws: HDF5Error.version(path: newer, kind: "HeartSense model", expected: 4, found: 3)) {
            try HDF5File.open(newer, header: old)
        }
    }

    @Test(arguments: [
        ("", "an empty file"),
        ("<!DOCTYPE html><html>", "a web page (was it downloaded instead of the file?)"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:ab", "a Git LFS pointer"),
        ("HeartSense network\nversion 1\n", "a HeartSense network"),
        ("PK\u{3}\u{4}...", "a ZIP archive"),
    ])
    func `the error for a file of another kind describes it`(_ content: String, _ kind: String) throws {
        let other = scratch("other.h5")
        try Data(content.utf8).write(to: URL(fileURLWithPath: other))
        let error = #expect(throws: HDF5Error.self) { try HDF5File.open(other, header: header) }
        #expect(error?.description.hasPrefix("\(other): expected a HeartSense model, found \(kind)") == true)
    }

    @Test func `an HDF5 file without a header is an error`() throws {
        let plain = scratch("plain.h5")
        try HDF5File.create(plain, Sample.fill)
        #expect(throws: HDF5Error.header(path: plain, kind: "HeartSense model", found: "an HDF5 file")) {
            try HDF5File.open(plain, header: header)
        }
    }

    @Test func `a missing file and a folder have different errors`() throws {
        let missing = scratch("missing.h5")
        #expect(throws: FileError.missing(path: missing)) { try HDF5File.open(missing, header: header) }
        #expect(throws: FileError.isFolder(path: scratch.path)) { try HDF5File.open(scratch.path, header: header) }
    }
}
