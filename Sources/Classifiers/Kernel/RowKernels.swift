import CKernels
import LinearAlgebra

/// The vector kernels of `CKernels` for the precision of a generic caller.
///
/// In a specialized caller the precision is a constant, and the choice below costs nothing.
enum RowKernels {
    /// The kernels for this processor; constant data of the library.
    nonisolated(unsafe) static let table: UnsafePointer<classifier_kernels> = {
        guard let best = classifier_kernels_at(classifier_kernels_best_level()) else {
            preconditionFailure("no kernels for the level that the processor supports")
        }
        return best
    }()

    /// The maximum number of labels of `scores` and `gradient`.
    static let labels = Int(CLASSIFIER_KERNEL_LABELS)

    @inline(__always)
    static func dot<Scalar: MatrixScalar>(
        _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ count: Int
    ) -> Scalar {
        if Scalar.self == Float.self { return Scalar(table.pointee.of_float.dot(cast(a), cast(b), count)) }
        return Scalar(table.pointee.of_double.dot(cast(a), cast(b), count))
    }

    /// y += a·x.
    @inline(__always)
    static func addScaled<Scalar: MatrixScalar>(
        _ a: Scalar, _ x: UnsafePointer<Scalar>, _ y: UnsafeMutablePointer<Scalar>, _ count: Int
    ) {
        if Scalar.self == Float.self { return table.pointee.of_float.add_scaled(Float(a), cast(x), cast(y), count) }
        table.pointee.of_double.add_scaled(Double(a), cast(x), cast(y), count)
    }

    /// out (rows × labels) = x (rows × count) · wᵀ (labels × count).
    @inline(__always)
    static func scores<Scalar: MatrixScalar>(
        _ x: UnsafePointer<Scalar>, rows: Int, _ count: Int, _ w: UnsafePointer<Scalar>, labels: Int,
        _ out: UnsafeMutablePointer<Scalar>
    ) {
        if Scalar.self == Float.self {
            return table.pointee.of_float.scores(cast(x), rows, count, cast(w), labels, cast(out))
        }
        table.pointee.of_double.scores(cast(x), rows, count, cast(w), labels, cast(out))
    }

    /// g (labels × count) += rᵀ (rows × labels) · x (rows × count).
    @inline(__always)
    static func gradient<Scalar: MatrixScalar>(
        _ x: UnsafePointer<Scalar>, rows: Int, _ count: Int, _ r: UnsafePointer<Scalar>, labels: Int,
        _ g: UnsafeMutablePointer<Scalar>
    ) {
        if Scalar.self == Float.self {
            return table.pointee.of_float.gradient(cast(x), rows, count, cast(r), labels, cast(g))
        }
        table.pointee.of_double.gradient(cast(x), rows, count, cast(r), labels, cast(g))
    }

    /// Σ max(lower − x, 0) + max(x − upper, 0).
    @inline(__always)
    static func boxDistance<Scalar: MatrixScalar>(
        _ lower: UnsafePointer<Scalar>, _ upper: UnsafePointer<Scalar>, _ x: UnsafePointer<Scalar>, _ count: Int
    ) -> Double {
        if Scalar.self == Float.self {
            return Double(table.pointee.of_float.box_distance(cast(lower), cast(upper), cast(x), count))
        }
        return table.pointee.of_double.box_distance(cast(lower), cast(upper), cast(x), count)
    }

    /// row[j] = exp(−gamma·(norm + norms[j] − 2·row[j])).
    @inline(__always)
    static func radial<Scalar: MatrixScalar>(
        _ row: UnsafeMutablePointer<Scalar>, norm: Double, norms: UnsafePointer<Double>, gamma: Double, _ count: Int
    ) {
        if Scalar.self == Float.self { return table.pointee.of_float.radial(cast(row), norm, norms, gamma, count) }
        table.pointee.of_double.radial(cast(row), norm, norms, gamma, count)
    }

    /// y[t] += a·x[t].
    @inline(__always)
    static func addScaled<Scalar: MatrixScalar>(
        _ a: Double, _ x: UnsafePointer<Scalar>, wide y: UnsafeMutablePointer<Double>, _ count: Int
    ) {
        if Scalar.self == Float.self { return table.pointee.of_float.add_scaled_wide(a, cast(x), y, count) }
        table.pointee.of_double.add_scaled_wide(a, cast(x), y, count)
    }

    /// Computes e[t] += step·(a[t] − b[t]). Returns the first place of the largest mayGrow − e (`count` if all are −∞),
    /// its value, and the smallest −mayFall − e.
    @inline(__always)
    static func move<Scalar: MatrixScalar>(
        _ step: Double, _ a: UnsafePointer<Scalar>, _ b: UnsafePointer<Scalar>, _ e: UnsafeMutablePointer<Double>,
        mayGrow: UnsafePointer<Double>, mayFall: UnsafePointer<Double>, _ count: Int
    ) -> (place: Int, greatest: Double, least: Double) {
        var (greatest, least) = (0.0, 0.0)
        let place =
            Scalar.self == Float.self
            ? table.pointee.of_float.move(step, cast(a), cast(b), e, mayGrow, mayFall, count, &greatest, &least)
            : table.pointee.of_double.move(step, cast(a), cast(b), e, mayGrow, mayFall, count, &greatest, &least)
        return (place, greatest, least)
    }

    /// Returns the partner with the largest second-order gain, or nil. K(x, x) is 1.
    @inline(__always)
    static func secondOrder<Scalar: MatrixScalar>(
        row: UnsafePointer<Scalar>, e: UnsafePointer<Double>, mayFall: UnsafePointer<Double>, largest: Double,
        _ count: Int
    ) -> Int? {
        let found =
            Scalar.self == Float.self
            ? table.pointee.of_float.second_order(cast(row), e, mayFall, largest, count)
            : table.pointee.of_double.second_order(cast(row), e, mayFall, largest, count)
        return found < count ? found : nil
    }

    @inline(__always)
    private static func cast<From, To>(_ pointer: UnsafePointer<From>) -> UnsafePointer<To> {
        UnsafeRawPointer(pointer).assumingMemoryBound(to: To.self)
    }

    @inline(__always)
    private static func cast<From, To>(_ pointer: UnsafeMutablePointer<From>) -> UnsafeMutablePointer<To> {
        UnsafeMutableRawPointer(pointer).assumingMemoryBound(to: To.self)
    }
}
