import CKernels
import LinearAlgebra

/// Boxes and points in bytes, which need a quarter of the memory or less and give exact bounds of distances.
///
/// A value x in 0…1 is stored as ⌊252·x⌋. The lower edge of a box is rounded down and decreased by one; the upper edge
/// is rounded up. A difference of bytes is therefore at most 252 times the true difference, and at most 2 below it.
struct ByteBounds {
    /// The bytes per row: the number of features, rounded up to whole vectors. Padding adds nothing to a distance.
    let width: Int

    private let columns: Int
    /// The relative error of a distance in the precision of the features.
    private let relativeRounding: Double
    private let absoluteRounding: Double

    static let steps = 252.0

    init<Scalar: MatrixScalar>(columns: Int, of: Scalar.Type) {
        self.columns = columns
        width = (columns + 63) / 64 * 64
        relativeRounding = Double(columns + 16) * Double(Scalar.ulpOfOne)
        absoluteRounding = Double(columns) * 1e-15
    }

    /// Returns a lower bound of the distance between a point and a box, as computed.
    @inline(__always)
    func least(_ sum: UInt32) -> Double {
        max(0, Double(sum) / Self.steps * (1 - relativeRounding) - absoluteRounding)
    }

    /// Returns an upper bound of the distance between a point and a box, as computed.
    @inline(__always)
    func most(_ sum: UInt32) -> Double {
        Double(sum) / Self.steps * (1 + relativeRounding) + absoluteRounding
    }

    /// Writes `width` bytes of a point. The padding is inside of all boxes.
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

    /// Writes `width` bytes of the upper edge of a box. The padding is above all points.
    @inline(__always)
    func writeUpper<Scalar: MatrixScalar>(_ values: UnsafePointer<Scalar>, to bytes: UnsafeMutablePointer<UInt8>) {
        for column in 0 ..< columns {
            let scaled = Double(values[column]) * Self.steps
            bytes[column] = scaled > 0 ? UInt8(min(scaled.rounded(.up), Self.steps)) : 0
        }
        for column in columns ..< width { bytes[column] = 255 }
    }

    /// NaN becomes 0. Callers ignore the bounds of points with NaN.
    @inline(__always)
    private static func floor<Scalar: MatrixScalar>(_ value: Scalar) -> UInt8 {
        let scaled = Double(value) * steps
        return scaled > 0 ? UInt8(min(scaled, steps)) : 0
    }
}
