import CKernels
import LinearAlgebra

/// Boxes and points in bytes: a quarter or less of the memory, and bounds of their distances that are exact.
///
/// A value x in 0…1 is kept as ⌊252·x⌋. Of a box, the lower edge is rounded down and lessened by one, the upper edge
/// rounded up; so no difference of bytes exceeds 252 times the true one, and none falls short of it by more than 2.
struct ByteBounds {
    /// Bytes from one row to the next: the features, rounded up to whole vectors. Padding adds nothing to a distance.
    let width: Int

    private let columns: Int
    /// What rounding in the features' precision can take from a distance, as a share of it.
    private let relativeRounding: Double
    private let absoluteRounding: Double

    static let steps = 252.0

    init<Scalar: MatrixScalar>(columns: Int, of: Scalar.Type) {
        self.columns = columns
        width = (columns + 63) / 64 * 64
        relativeRounding = Double(columns + 16) * Double(Scalar.ulpOfOne)
        absoluteRounding = Double(columns) * 1e-15
    }

    /// The distance of a point and a box is at least this, as it is computed.
    @inline(__always)
    func least(_ sum: UInt32) -> Double {
        max(0, Double(sum) / Self.steps * (1 - relativeRounding) - absoluteRounding)
    }

    /// The distance of a point and a box is at most this, as it is computed.
    @inline(__always)
    func most(_ sum: UInt32) -> Double {
        Double(sum) / Self.steps * (1 + relativeRounding) + absoluteRounding
    }

    /// Writes `width` bytes of a point; the padding is far inside of every box's.
    @inline(__always)
    func writePoint<Scalar: MatrixScalar>(_ values: UnsafePointer<Scalar>, to bytes: UnsafeMutablePointer<UInt8>) {
        for column in 0 ..< columns { bytes[column] = Self.floor(values[column]) }
        for column in columns ..< width { bytes[column] = 128 }
    }

    /// Writes `width` bytes of a box's lower edge.
    @inline(__always)
    func writeLower<Scalar: MatrixScalar>(_ values: UnsafePointer<Scalar>, to bytes: UnsafeMutablePointer<UInt8>) {
        for column in 0 ..< columns {
            let value = Self.floor(values[column])
            bytes[column] = value == 0 ? 0 : value - 1
        }
        for column in columns ..< width { bytes[column] = 0 }
    }

    /// Writes `width` bytes of a box's upper edge; the padding is above any point.
    @inline(__always)
    func writeUpper<Scalar: MatrixScalar>(_ values: UnsafePointer<Scalar>, to bytes: UnsafeMutablePointer<UInt8>) {
        for column in 0 ..< columns {
            let scaled = Double(values[column]) * Self.steps
            bytes[column] = scaled > 0 ? UInt8(min(scaled.rounded(.up), Self.steps)) : 0
        }
        for column in columns ..< width { bytes[column] = 255 }
    }

    /// NaN becomes 0: whoever has it in a point takes no notice of the bounds.
    @inline(__always)
    private static func floor<Scalar: MatrixScalar>(_ value: Scalar) -> UInt8 {
        let scaled = Double(value) * steps
        return scaled > 0 ? UInt8(min(scaled, steps)) : 0
    }
}
