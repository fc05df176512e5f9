import Files
import Foundation
import HDF5
import LinearAlgebra
import Testing

@Suite struct HDF5FileTests {
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    @Test func `what is written is read back`() throws {
        let path = scratch.path("a.h5")
        try HDF5File.create(path) { root in
            try root.attributes.set("name", to: "héart")
            try root.attributes.set("labels", to: ["N", "S", "ventricular"])
            try root.attributes.set("count", to: 7)
            try root.attributes.set("rates", to: [0.5, -1.25])
            let inner = try root.makeGroup("a/b")
            try inner.write([1.5, -2, 3] as [Float], to: "floats")
            try inner.write(Matrix<Double>([[1, 2], [3, 4], [5, 6]]), to: "matrix", storage: .deflated())
            try root.write([Int32.min, 0, Int32.max], to: "int32")
            try root.write([Int64.min, Int64.max], to: "int64")
            try root.write([UInt8]([0, 255]), shape: [2, 1], to: "bytes")
            try root.write(["", "one", "zwölf"], to: "texts")
            try root.write([Float](), shape: [0, 4], to: "empty", storage: .deflated())
        }
        let root = try HDF5File.open(path).root
        #expect(try root.attributes.string("name") == "héart")
        #expect(try root.attributes.strings("labels") == ["N", "S", "ventricular"])
        #expect(try root.attributes.value("count", as: Int.self) == 7)
        #expect(try root.attributes.values("rates", as: Double.self) == [0.5, -1.25])
        #expect(try root.dataset("a/b/floats").values(as: Float.self) == [1.5, -2, 3])
        #expect(try root.group("a").group("b").dataset("matrix").matrix(as: Double.self)
            == Matrix([[1, 2], [3, 4], [5, 6]]))
        #expect(try root.dataset("int32").values() == [Int32.min, 0, Int32.max])
        #expect(try root.dataset("int32").values() == [Int(Int32.min), 0, Int(Int32.max)])
        #expect(try root.dataset("int64").values() == [Int64.min, Int64.max])
        #expect(try root.dataset("bytes").values(shape: [2, 1]) == [UInt8]([0, 255]))
        #expect(try root.dataset("texts").strings() == ["", "one", "zwölf"])
        #expect(try root.dataset("empty").matrix(as: Float.self) == Matrix(rows: 0, columns: 4))
        #expect(try root.dataset("a/b/floats").path == "/a/b/floats")
    }
}
