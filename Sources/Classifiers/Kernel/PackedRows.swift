import CKernels
import LinearAlgebra

/// Rows of a matrix, packed for products with many other rows.
///
/// Single precision uses our own kernel, so that a product has the same bits in any block and with any BLAS. Double
/// precision, which is for reference results only, uses BLAS.
struct PackedRows<Scalar: MatrixScalar>: Sendable {
    /// The number of rows in a left block and in a packed block with the fastest products.
    static var leftBlock: Int { Int(ROW_PRODUCTS_LEFT) }
    static var rightBlock: Int { Int(ROW_PRODUCTS_RIGHT) }

    private let matrix: Matrix<Scalar>
    private let rows: Range<Int>
    private let packed: AlignedValues<Float>

    private static var isPacked: Bool { Scalar.self == Float.self }

    init(_ matrix: Matrix<Scalar>, rows: Range<Int>) {
        self.matrix = matrix
        self.rows = rows
        let columns = matrix.columns
        packed = AlignedValues<Float>(count: Self.isPacked ? row_products_packed_size(rows.count, columns) : 0)
        guard Self.isPacked, !rows.isEmpty, columns > 0 else { return }
        matrix.values.withUnsafeBufferPointer {
            row_products_pack(
                Self.floats($0.baseAddress! + rows.lowerBound * columns), rows.count, columns, packed.base)
        }
    }

    /// The distance between rows in the output of `multiply`.
    var stride: Int { (rows.count + 15) / 16 * 16 }

    /// Computes out[i·stride + j] = other row i · packed row j. Values after the products of a row are 0.
    ///
    /// - Parameters:
    ///   - other: a matrix with the same number of columns.
    ///   - others: the rows of `other` to use. Blocks of `leftBlock` are fastest.
    ///   - out: aligned to 64 bytes; `others.count` rows of `stride` values.
    func multiply(_ other: Matrix<Scalar>, rows others: Range<Int>, to out: UnsafeMutablePointer<Scalar>) {
        let columns = matrix.columns
        precondition(other.columns == columns, "rows of \(other.columns) and \(columns) values")
        guard columns > 0, Self.isPacked else {
            out.update(repeating: 0, count: others.count * stride)
            if columns > 0 { multiplyByBLAS(other, others, to: out) }
            return
        }
        other.values.withUnsafeBufferPointer {
            RowKernels.table.pointee.products(
                Self.floats($0.baseAddress! + others.lowerBound * columns), others.count, packed.base, rows.count,
                columns, UnsafeMutableRawPointer(out).assumingMemoryBound(to: Float.self), stride)
        }
    }

    private func multiplyByBLAS(_ other: Matrix<Scalar>, _ others: Range<Int>, to out: UnsafeMutablePointer<Scalar>) {
        let columns = matrix.columns
        other.values.withUnsafeBufferPointer { x in
            matrix.values.withUnsafeBufferPointer { y in
                Scalar.gemm(
                    false, true, others.count, rows.count, columns, 1, x.baseAddress! + others.lowerBound * columns,
                    columns, y.baseAddress! + rows.lowerBound * columns, columns, 0, out, stride)
            }
        }
    }

    private static func floats(_ values: UnsafePointer<Scalar>) -> UnsafePointer<Float> {
        UnsafeRawPointer(values).assumingMemoryBound(to: Float.self)
    }
}
