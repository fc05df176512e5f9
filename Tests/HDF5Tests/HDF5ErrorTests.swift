import Files
import Foundation
import HDF5
import TestSupport
import Testing

@Suite struct HDF5ErrorTests {
    private let scratch: Scratch
    private let path: String

    init() throws {
        scratch = try Scratch()
        path = scratch("a.h5")
        try HDF5File.create(path, Sample.fill)
    }

    private func root() throws -> HDF5Group { try HDF5File.open(path).root }

    @Test func `the error for a missing object names it`() throws {
        #expect(throws: HDF5Error.missing(path: path, object: "/a/x")) { try root().dataset("a/x") }
        #expect(throws: HDF5Error.missing(path: path, object: "/x/y")) { try root().group("x/y") }
        #expect(throws: HDF5Error.missing(path: path, object: "attribute x of /")) {
            try root().attributes.string("x")
        }
        #expect(
            HDF5Error.missing(path: path, object: "/a/x").description
                == "\(path): /a/x is missing. Check that this is the right file.")
    }

    @Test func `a group instead of a dataset, or the reverse, is an error`() throws {
        #expect(throws: HDF5Error.kind(path: path, object: "/a", expected: "dataset", found: "group")) {
            try root().dataset("a")
        }
        #expect(throws: HDF5Error.kind(path: path, object: "/one", expected: "group", found: "dataset")) {
            try root().group("one")
        }
    }

    @Test func `a narrowing conversion is an error`() throws {
        let root = try root()
        #expect(
            throws: HDF5Error.type(
                path: path, object: "/int64", expected: "integer of at most 32 bits", found: "64-bit integer")
        ) { try root.dataset("int64").values(as: Int32.self) }
        #expect(throws: HDF5Error.type(path: path, object: "/int32", expected: "float", found: "32-bit integer")) {
            try root.dataset("int32").values(as: Float.self)
        }
        #expect(throws: HDF5Error.type(path: path, object: "/texts", expected: "float", found: "string")) {
            try root.dataset("texts").values(as: Double.self)
        }
        #expect(throws: HDF5Error.type(path: path, object: "/int32", expected: "string", found: "32-bit integer")) {
            try root.dataset("int32").strings()
        }
        #expect(
            throws: HDF5Error.type(
                path: path, object: "attribute name of /", expected: "integer of at most 64 bits", found: "string")
        ) { try root.attributes.value("name", as: Int.self) }
    }

    @Test func `the error for a shape has the expected and the found shape`() throws {
        let root = try root()
        #expect(throws: HDF5Error.shape(path: path, object: "/bytes", expected: [1, 2], found: [2, 1])) {
            try root.dataset("bytes").values(shape: [1, 2], as: UInt8.self)
        }
        #expect(throws: HDF5Error.shape(path: path, object: "/a/b/matrix", expected: [3, 4], found: [3, 2])) {
            try root.dataset("a/b/matrix").matrix(columns: 4, as: Double.self)
        }
        #expect(throws: HDF5Error.shape(path: path, object: "attribute labels of /", expected: [], found: [3])) {
            try root.attributes.string("labels")
        }
    }

    @Test func `an array above the limit of one read is an error`() throws {
        let small = try HDF5File.open(path, largestRead: 32).root
        #expect(throws: HDF5Error.tooLarge(path: path, object: "/a/b/matrix", bytes: 48, limit: 32)) {
            try small.dataset("a/b/matrix").values(as: Double.self)
        }
        #expect(try small.dataset("a/b/matrix").values(rows: 0 ..< 2, as: Double.self) == [1, 2, 3, 4])
    }

    @Test(arguments: [
        ("", "an empty file"),
        ("<!doctype html>\n<html>", "a web page (was it downloaded instead of the file?)"),
        ("  <HTML><body>404", "a web page (was it downloaded instead of the file?)"),
        ("<?xml version=\"1.0\"?><Error/>", "an XML document"),
        (
            "version https://git-lfs.github.com/spec/v1\n",
            "a Git LFS pointer (run git lfs pull)"
        ),
        ("{\"error\": 404}", "text"),
        ("\u{89}PNG\r\n", "text"),
        ("Not found", "text"), ("\u{1F}\u{8B}", "a file of unknown kind"),
    ])
    func `the error for a file of another format describes it`(_ content: String, _ kind: String) throws {
        let other = scratch("other.h5")
        try Data(content.utf8).write(to: URL(fileURLWithPath: other))
        #expect(throws: HDF5Error.notHDF5(path: other, found: kind)) { try HDF5File.open(other) }
    }

    @Test func `a missing file, a folder and a missing folder are errors`() throws {
        let missing = scratch("missing.h5")
        #expect(throws: FileError.missing(path: missing)) { try HDF5File.open(missing) }
        #expect(throws: FileError.isFolder(path: scratch.path)) { try HDF5File.open(scratch.path) }
        #expect(throws: (any Error).self) { try HDF5File.create(scratch("no/such.h5")) { _ in } }
    }
}
