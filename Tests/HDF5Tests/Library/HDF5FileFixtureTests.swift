import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import HDF5

/// Files written by h5py, read without libhdf5 where possible, and with libhdf5 for comparison.
@Suite struct HDF5FileFixtureTests {
    private func path(_ name: String) -> String {
        SharedMaterial.checkout.appendingPathComponent("Tests/HDF5Tests/Fixtures/\(name)").path
    }

    /// Returns `plain.h5` read without and with libhdf5, and the same content in the newest format.
    private func roots() throws -> [HDF5Group] {
        let parsed = try HDF5File.open(path("plain.h5"), withoutLibrary: true).root
        let library = try HDF5File.open(path("plain.h5"), withoutLibrary: false).root
        guard case .parsed = parsed.source, case .library = library.source else {
            Issue.record("plain.h5 was not read in the intended way")
            return []
        }
        return [parsed, library, try HDF5File.open(path("latest.h5")).root]
    }

    @Test func `numbers of every kind`() throws {
        for root in try roots() {
            let values: [Double] = [0, 1, -2.5, 65504, 6.103515625e-05, 5.960464477539063e-08]
            for name in ["float16", "float32", "float64"] {
                #expect(try root.dataset(name).values() == values.map { Float($0) })
                #expect(try root.dataset(name).values(rows: 2 ..< 5) == Array(values[2 ..< 5]))
            }
            let infinite: [Float] = try root.dataset("infinite16").values()
            #expect(infinite[0] == .infinity && infinite[1] == -.infinity && infinite[2].isNaN)
            #expect(try root.dataset("int8").values() == [-128, -1, 0, 127])
            #expect(try root.dataset("int16").values() == [-32768, -1, 0, 32767])
            #expect(try root.dataset("int32").values() == [Int32.min, -1, 0, Int32.max])
            #expect(try root.dataset("int64").values() == [Int64.min, -1, 0, Int64.max])
            #expect(try root.dataset("uint8").values() == [UInt8]([0, 1, 255]))
            #expect(try root.dataset("uint16").values() == [0, 1, 65535])
            #expect(try root.dataset("uint32").values() == [UInt32]([0, 1, .max]))
            #expect(try root.dataset("uint32").values() == [0, 1, Int(UInt32.max)])
            #expect(throws: HDF5Error.self) { try root.dataset("uint64").values(as: Int64.self) }
            #expect(throws: HDF5Error.self) { try root.dataset("int8").values(as: UInt8.self) }
            #expect(try root.dataset("cube").shape == [2, 3, 4])
            #expect(try root.dataset("cube").values() == (0 ..< 24).map { Float($0) })
            #expect(try root.dataset("cube").values(rows: 1 ..< 2) == (12 ..< 24).map { Float($0) })
            #expect(try root.dataset("scalar").values(shape: []) == [Float(2.5)])
            #expect(try root.dataset("none").matrix() == Matrix<Float>(rows: 0, columns: 3))
        }
    }

    @Test func `variable-length strings are read without libhdf5 and are an error with it`() throws {
        let roots = try roots()
        let attributes = try roots[0].group("texts").attributes
        #expect(try roots[0].dataset("variable").strings() == ["one", "zwölf", ""])
        #expect(try attributes.string("scalar") == "héart")
        #expect(try attributes.strings("list") == ["a", "", String(repeating: "long ", count: 20)])
        for root in roots.dropFirst() {
            #expect(
                throws: HDF5Error.type(
                    path: root.file.path, object: "/variable", expected: "fixed-length string",
                    found: "variable-length string")
            ) { try root.dataset("variable").strings() }
            #expect(throws: HDF5Error.self) { try root.group("texts").attributes.strings("list") }
        }
    }

    @Test func `fixed-length strings and small attributes`() throws {
        for root in try roots() {
            #expect(try root.dataset("fixed").strings() == ["one", "three", ""])
            #expect(try root.dataset("spaces").strings() == ["ab", "c"])
            let attributes = try root.group("texts").attributes
            #expect(try attributes.strings("bytes") == ["ab", "c"])
            #expect(try attributes.strings("nothing") == [])
            #expect(try attributes.value("number", as: Int.self) == 7)
            #expect(try attributes.values("halves", as: Double.self) == [0.5, 1.5])
            #expect(throws: HDF5Error.self) { try attributes.string("halves") }
            #expect(throws: HDF5Error.self) { try attributes.value("scalar", as: Int.self) }
            #expect(throws: HDF5Error.missing(path: root.file.path, object: "attribute x of /texts")) {
                try attributes.string("x")
            }
        }
    }

    @Test func `groups with many members and nested groups`() throws {
        for root in try roots() {
            let many = try root.group("many")
            #expect(try many.children().map(\.name) == (0 ..< 40).map { "item\($0)" }.sorted())
            #expect(try many.dataset("item39").values() == [Int32(39)])
            #expect(try root.dataset("a/b/c/d").values() == [Float(1)])
            #expect(try root.group("a/b").group("c").children() == [.init(name: "d", kind: .dataset)])
            #expect(try root.contains("a/b/c") && !root.contains("a/x") && !root.contains("scalar/x"))
            #expect(throws: HDF5Error.missing(path: root.file.path, object: "/a/x")) { try root.dataset("a/x") }
            #expect(throws: HDF5Error.self) { try root.dataset("a/b") }
        }
    }

    @Test func `a file with a user block`() throws {
        for withoutLibrary in [true, false] {
            let root = try HDF5File.open(path("block.h5"), withoutLibrary: withoutLibrary).root
            #expect(try root.dataset("float32").values() == [1, 2, 3] as [Float])
            if withoutLibrary { #expect(try root.dataset("variable").strings() == ["text"]) }
        }
    }

    @Test func `unsupported structures are read by libhdf5`() throws {
        let root = try HDF5File.open(path("rich.h5")).root
        let expected = (0 ..< 3000).map { Float($0) }
        #expect(try root.dataset("chunked").values() == expected)
        #expect(try root.dataset("chunked").values(rows: 6 ..< 8) == Array(expected[300 ..< 400]))
        #expect(try root.dataset("deflated").values() == expected)
        #expect(try root.dataset("big").values() == [1.5, -2] as [Float])
        #expect(
            throws: HDF5Error.kind(
                path: path("rich.h5"), object: "/lzf", expected: "uncompressed or deflated dataset",
                found: "dataset with filter 32000")
        ) { try root.dataset("lzf").values(as: Float.self) }
        #expect(
            throws: HDF5Error.damaged(path: path("rich.h5"), object: "/unwritten", reason: "it has no dimensions")
        ) { try root.dataset("unwritten") }
        #expect(try root.children().map(\.kind).allSatisfy { $0 == .dataset })
        #expect(
            throws: HDF5Error.type(
                path: path("rich.h5"), object: "/truth", expected: "unsigned 8-bit integer",
                found: "an enumeration")
        ) { try root.dataset("truth").values(as: UInt8.self) }
    }

    @Test func `links and values outside the file are errors`() throws {
        let root = try HDF5File.open(path("links.h5")).root
        #expect(try root.dataset("real").values() == [Float(1)])
        #expect(try root.children().filter { $0.kind == .other }.map(\.name) == ["external", "soft"])
        func refused(_ name: String, _ found: String) {
            #expect(
                throws: HDF5Error.kind(
                    path: path("links.h5"), object: "/\(name)", expected: "group or dataset", found: found)
            ) { try root.dataset(name) }
        }
        refused("external", "external link")
        refused("soft", "soft link")
        #expect(try !root.contains("external"))
        for name in ["virtual", "outside"] {
            #expect(
                throws: HDF5Error.kind(
                    path: path("links.h5"), object: "/\(name)", expected: "dataset in this file",
                    found: "dataset with external values")
            ) { try root.dataset(name).values(as: Float.self) }
        }
    }

    @Test func `a declared size above the file size is an error before allocation`() throws {
        let root = try HDF5File.open(path("links.h5"), largestRead: .max).root
        for (name, bytes) in [("huge", 4 << 40), ("huge_chunk", 4 << 29)] {
            #expect(
                throws: HDF5Error.tooLarge(path: path("links.h5"), object: "/\(name)", bytes: bytes, limit: 10240)
            ) { try root.dataset(name).values(rows: 0 ..< 1, as: Float.self) }
        }
    }
}
