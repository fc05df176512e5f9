import Files
import Foundation
import HDF5
import LinearAlgebra
import TestSupport
import Testing

@Suite struct HDF5FileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `written values are read back`() throws {
        let path = scratch("a.h5")
        try HDF5File.create(path, Sample.fill)
        let root = try HDF5File.open(path).root
        #expect(try root.attributes.string("name") == "héart")
        #expect(try root.attributes.strings("labels") == ["N", "S", "ventricular"])
        #expect(try root.attributes.strings("none") == [])
        #expect(try root.attributes.value("count", as: Int.self) == 7)
        #expect(try root.attributes.values("rates", as: Double.self) == [0.5, -1.25])
        #expect(try root.dataset("a/b/floats").values(as: Float.self) == [1.5, -2, 3])
        #expect(try root.dataset("a/b/floats").attributes.string("unit") == "mV")
        #expect(
            try root.group("a").group("b").dataset("matrix").matrix(as: Double.self)
                == Matrix([[1, 2], [3, 4], [5, 6]]))
        #expect(try root.dataset("a/b/matrix").values(rows: 1 ..< 3, as: Double.self) == [3, 4, 5, 6])
        #expect(try root.dataset("a/b/matrix").values(rows: 2 ..< 2, as: Double.self) == [])
        #expect(try root.dataset("int32").values() == [Int32.min, 0, Int32.max])
        #expect(try root.dataset("int32").values() == [Int(Int32.min), 0, Int(Int32.max)])
        #expect(try root.dataset("int64").values() == [Int64.min, Int64.max])
        #expect(try root.dataset("bytes").values(shape: [2, 1]) == [UInt8]([0, 255]))
        #expect(try root.dataset("texts").strings() == ["", "one", "zwölf"])
        #expect(try root.dataset("one").values(shape: [], as: Float.self) == [2.5])
        #expect(try root.dataset("empty").matrix(as: Float.self) == Matrix(rows: 0, columns: 4))
        #expect(try root.dataset("a/b/floats").path == "/a/b/floats")
        #expect(try root.contains("a/b") && !root.contains("a/c") && !root.contains("x/y/z"))
    }

    @Test func `children are sorted by name and have their kinds`() throws {
        let path = scratch("a.h5")
        try HDF5File.create(path) { root in
            for name in ["z", "a10", "a2", "B"] { _ = try root.makeGroup(name) }
            try root.write([1] as [Float], to: "m")
        }
        let children = try HDF5File.open(path).root.children()
        #expect(children.map(\.name) == ["B", "a10", "a2", "m", "z"])
        #expect(children.map(\.kind) == [.group, .group, .group, .dataset, .group])
    }

    @Test func `the same content gives the same bytes`() throws {
        try HDF5File.create(scratch("a.h5"), Sample.fill)
        // Time stamps in HDF5 have a resolution of one second.
        Thread.sleep(forTimeInterval: 1.1)
        try HDF5File.create(scratch("b.h5"), Sample.fill)
        let header = ChecksumHeader(kind: "HeartSense test", version: 1)
        try HDF5File.create(scratch("c.h5"), header: header, Sample.fill)
        try HDF5File.create(scratch("d.h5"), header: header, Sample.fill)
        #expect(try Digest(ofFile: scratch("a.h5")) == Digest(ofFile: scratch("b.h5")))
        #expect(try Digest(ofFile: scratch("c.h5")) == Digest(ofFile: scratch("d.h5")))
    }

    @Test func `deflated values take less space and are equal`() throws {
        let values = (0 ..< 200_000).map { Float($0 % 7) }
        try HDF5File.create(scratch("plain.h5")) { try $0.write(values, shape: [2000, 100], to: "x") }
        try HDF5File.create(scratch("deflated.h5")) {
            try $0.write(values, shape: [2000, 100], to: "x", storage: .deflated(level: 6))
        }
        let size = { try FileManager.default.attributesOfItem(atPath: scratch($0))[.size] as! Int }
        #expect(try size("plain.h5") > 800_000)
        #expect(try size("deflated.h5") < 40_000)
        let dataset = try HDF5File.open(scratch("deflated.h5")).root.dataset("x")
        #expect(try dataset.values(as: Float.self) == values)
        #expect(try dataset.values(rows: 1234 ..< 1236, as: Float.self) == Array(values[123_400 ..< 123_600]))
    }

    @Test func `a long attribute is stored`() throws {
        let long = (0 ..< 5000).map { "layer_\($0)_with_a_rather_long_name" }
        try HDF5File.create(scratch("a.h5")) { try $0.attributes.set("names", to: long) }
        #expect(try HDF5File.open(scratch("a.h5")).root.attributes.strings("names") == long)
    }

    @Test func `names that Keras split over several attributes are joined`() throws {
        try HDF5File.create(scratch("a.h5")) { root in
            try root.attributes.set("layer_names0", to: ["a", "b"])
            try root.attributes.set("layer_names1", to: ["c"])
            try root.attributes.set("other", to: ["d"])
        }
        let attributes = try HDF5File.open(scratch("a.h5")).root.attributes
        #expect(try attributes.splitStrings("layer_names") == ["a", "b", "c"])
        #expect(try attributes.splitStrings("other") == ["d"])
        #expect(throws: HDF5Error.missing(path: scratch("a.h5"), object: "attribute x of /")) {
            try attributes.splitStrings("x")
        }
    }

    @Test func `an error while writing leaves the old file unchanged and no other file`() throws {
        struct Stop: Error {}
        let path = scratch("a.h5")
        try HDF5File.create(path) { try $0.attributes.set("version", to: 1) }
        #expect(throws: Stop.self) {
            try HDF5File.create(path) { root in
                try root.write([1, 2] as [Float], to: "x")
                throw Stop()
            }
        }
        #expect(try HDF5File.open(path).root.attributes.value("version", as: Int.self) == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["a.h5"])
    }

    @Test func `writing a name twice is an error that names the file and the dataset`() throws {
        let path = scratch("a.h5")
        let error = #expect(throws: HDF5Error.self) {
            try HDF5File.create(path) { root in
                try root.write([1] as [Float], to: "x")
                try root.write([2] as [Float], to: "x")
            }
        }
        #expect(error?.description.hasPrefix("\(path): cannot write /x: ") == true)
    }

    @Test func `writing to a group after its file was closed is an error`() throws {
        var kept: HDF5Group?
        try HDF5File.create(scratch("a.h5")) { kept = try $0.makeGroup("x") }
        #expect(throws: HDF5Error.self) { try kept?.attributes.set("late", to: 1) }
        kept = nil
        #expect(try HDF5File.open(scratch("a.h5")).root.children().map(\.name) == ["x"])
    }

    @Test func `many threads read the same file`() throws {
        let path = scratch("a.h5")
        try HDF5File.create(path) { root in
            for index in 0 ..< 20 { try root.write(Array(repeating: Float(index), count: 500), to: "x\(index)") }
        }
        let root = try HDF5File.open(path).root
        let sums = try Workers(count: 4).map(200) { index, _ in
            let shared: [Float] = try root.dataset("x\(index % 20)").values()
            let own: [Float] = try HDF5File.open(path).root.dataset("x\(index % 20)").values()
            return shared.reduce(0, +) + own.reduce(0, +)
        }
        #expect(sums == (0 ..< 200).map { Float($0 % 20) * 1000 })
    }
}

/// Sample content with all supported types.
enum Sample {
    static func fill(_ root: HDF5Group) throws {
        try root.attributes.set("name", to: "héart")
        try root.attributes.set("labels", to: ["N", "S", "ventricular"])
        try root.attributes.set("none", to: [String]())
        try root.attributes.set("count", to: 7)
        try root.attributes.set("rates", to: [0.5, -1.25])
        let inner = try root.makeGroup("a/b")
        try inner.write([1.5, -2, 3] as [Float], to: "floats")
        try inner.write(Matrix<Double>([[1, 2], [3, 4], [5, 6]]), to: "matrix", storage: .deflated())
        try root.write([Int32.min, 0, Int32.max], to: "int32")
        try root.write([Int64.min, Int64.max], to: "int64")
        try root.write([UInt8]([0, 255]), shape: [2, 1], to: "bytes")
        try root.write(["", "one", "zwölf"], to: "texts")
        try root.write([2.5] as [Float], shape: [], to: "one")
        try root.write([Float](), shape: [0, 4], to: "empty", storage: .deflated())
        try inner.dataset("floats").attributes.set("unit", to: "mV")
    }
}
