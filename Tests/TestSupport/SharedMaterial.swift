import Foundation
import LinearAlgebra
import Testing

/// The reference material next to the checkout (`../shared` from its root): real data and oracles.
///
/// The product builds and passes its tests without it. A test that needs it has the trait `.enabled(if:
/// SharedMaterial.isPresent, SharedMaterial.absence)` and is otherwise skipped.
public enum SharedMaterial {
    /// The folder of the checkout that these tests were built from.
    public static let checkout = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The folder of the material.
    public static let folder = checkout.deletingLastPathComponent().appendingPathComponent("shared")

    public static var isPresent: Bool { FileManager.default.fileExists(atPath: folder.path) }

    /// The comment of a skipped test.
    public static let absence: Comment = "the folder ../shared is absent"

    /// Returns the full path of a file.
    public static func path(_ relative: String) -> String { folder.appendingPathComponent(relative).path }

    /// Returns the bytes of a file.
    public static func data(_ relative: String) throws -> Data {
        try Data(contentsOf: folder.appendingPathComponent(relative))
    }

    /// Reads a little-endian float64 array of `oracles/multilabel` with the shape of its manifest. An array of one
    /// dimension is one row.
    public static func oracleMatrix(_ name: String) throws -> Matrix<Double> {
        let values = try data("oracles/multilabel/\(name).f64").withUnsafeBytes {
            Array($0.bindMemory(to: Double.self))
        }
        let shape = try oracleShape("\(name).f64")
        return Matrix(rows: shape.count == 1 ? 1 : shape[0], columns: shape.last!, values: values)
    }

    /// Reads a little-endian int32 array of `oracles/multilabel`, row-major, with its shape.
    public static func oracleIntegers(_ name: String) throws -> (values: [Int], shape: [Int]) {
        let values = try data("oracles/multilabel/\(name).i32").withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        return (values.map(Int.init), try oracleShape("\(name).i32"))
    }

    /// Reads a 0/1 int32 array of `oracles/multilabel`.
    public static func oracleLabels(_ name: String) throws -> LabelMatrix {
        let (values, shape) = try oracleIntegers(name)
        return LabelMatrix(rows: shape[0], columns: shape[1], values: values.map(UInt8.init))
    }

    private static func oracleShape(_ file: String) throws -> [Int] {
        let manifest = try JSONSerialization.jsonObject(with: data("oracles/multilabel/manifest.json"))
        return (manifest as! [String: Any])[file] as! [Int]
    }
}
