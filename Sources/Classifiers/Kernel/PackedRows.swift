import CKernels
import LinearAlgebra

/// Some rows of a matrix, packed to be multiplied by many others.
///
/// In single precision the products are our own kernel's: a product is then the same to the bit whatever it is computed
/// together with, whichever BLAS is installed. Double precision, which only reference results use, is BLAS'.
struct PackedRows<Scalar: MatrixScalar>: Sendable {
    /// The rows of a block on the left, and of a packed block, with which products are made fastest.
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

    /// Values from row to row of what `multiply` writes.
    var stride: Int { (rows.count + 15) / 16 * 16 }

    /// out[i·stride + j] = the i-th of the others · the j-th of the packed rows; what is behind a row's products is 0.
    ///
    /// - Parameters:
    ///   - other: of as many columns.
    ///   - others: the rows of `other` to take; in blocks of `leftBlock` it is quickest.
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
