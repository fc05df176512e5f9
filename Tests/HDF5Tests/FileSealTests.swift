import Files
import Foundation
import HDF5
import LinearAlgebra
import TestSupport
import Testing

@Suite struct FileSealTests {
    private let scratch: Scratch
    private let seal = FileSeal(kind: "HeartSense model", version: 2)
    private let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch("model.h5")
        try HDF5File.create(path, seal: seal, Sample.fill)
    }

    @Test func `a sealed file states its kind, version and the digest of what follows`() throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let digest = Digest(of: bytes.dropFirst(512))
        #expect(
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                == "HeartSense model\nversion 2\nsha256 \(digest)\n")
        #expect(try seal.verify(path) == digest)
        #expect(try HDF5File.open(path, seal: seal).root.attributes.string("name") == "héart")
        // Readers that know nothing of the seal skip it.
        #expect(try HDF5File.open(path).root.attributes.string("name") == "héart")
    }

    @Test func `every flipped bit and every truncation is found before the library sees the file`() throws {
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
            let error = #expect(throws: HDF5Error.self) { try HDF5File.open(damaged, seal: seal) }
            switch error {
            case .notSealed, .version, .digest: break
            default: Issue.record("round \(round): \(String(describing: error))")
            }
        }
    }

    @Test func `a file of another version is named with both versions and a hint`() throws {
        let newer = scratch("newer.h5")
        try HDF5File.create(newer, seal: FileSeal(kind: "HeartSense model", version: 3), Sample.fill)
        let error = #expect(throws: HDF5Error.self) { try HDF5File.open(newer, seal: seal) }
        #expect(error == .version(path: newer, kind: "HeartSense model", expected: 2, found: 3))
        #expect(
            error?.description
                == "\(newer): this HeartSense model was written in format version 3, this program reads version 2. "
                + "Upgrade heartsense.")
        let old = FileSeal(kind: "HeartSense model", version: 4)
        #expect(throws: HDF5Error.version(path: newer, kind: "HeartSense model", expected: 4, found: 3)) {
            try HDF5File.open(newer, seal: old)
        }
    }

    @Test(arguments: [
        ("", "an empty file"),
        ("<!DOCTYPE html><html>", "an HTML page (a download that ended at a web page?)"),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:ab", "a Git LFS pointer"),
        ("HeartSense network\nversion 1\n", "a HeartSense network"),
        ("PK\u{3}\u{4}...", "a ZIP archive"),
    ])
    func `what is no sealed file is called by its name`(_ content: String, _ kind: String) throws {
        let other = scratch("other.h5")
        try Data(content.utf8).write(to: URL(fileURLWithPath: other))
        let error = #expect(throws: HDF5Error.self) { try HDF5File.open(other, seal: seal) }
        #expect(error?.description.hasPrefix("\(other): a HeartSense model was expected, this is \(kind)") == true)
    }

    @Test func `a plain HDF5 file is not a sealed one`() throws {
        let plain = scratch("plain.h5")
        try HDF5File.create(plain, Sample.fill)
        #expect(throws: HDF5Error.notSealed(path: plain, kind: "HeartSense model", found: "an HDF5 file")) {
            try HDF5File.open(plain, seal: seal)
        }
    }

    @Test func `a missing file and a folder are told apart`() throws {
        let missing = scratch("missing.h5")
        #expect(throws: FileError.missing(path: missing)) { try HDF5File.open(missing, seal: seal) }
        #expect(throws: FileError.isFolder(path: scratch.path)) { try HDF5File.open(scratch.path, seal: seal) }
    }
}
