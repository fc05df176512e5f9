import CKernels
import LinearAlgebra

/// Inner products between the rows of two matrices, block by block.
///
/// In single precision the rows are packed once for our own kernel: a product is then the same to the bit whatever it
/// is computed together with, whichever BLAS is installed. Double precision, which only reference results use, is BLAS'.
struct RowProducts<Scalar: MatrixScalar>: Sendable {
    /// Rows of a block on the left.
    static var leftBlock: Int { Int(ROW_PRODUCTS_LEFT) }
    /// The most rows of a block on the right.
    static var mostRight: Int { Int(ROW_PRODUCTS_RIGHT) }

    private let left: Matrix<Scalar>
    private let right: Matrix<Scalar>
    private let packedLeft: AlignedValues<Float>
    private let packedRight: AlignedValues<Float>

    private static var isPacked: Bool { Scalar.self == Float.self }

    /// - Parameters:
    ///   - left: n × d.
    ///   - right: m × d.
    init(_ left: Matrix<Scalar>, _ right: Matrix<Scalar>, workers: Workers) {
        precondition(left.columns == right.columns, "rows of \(left.columns) and \(right.columns) values")
        self.left = left
        self.right = right
        let columns = left.columns
        let block = Self.leftBlock
        guard Self.isPacked else {
            (packedLeft, packedRight) = (AlignedValues<Float>(count: 0), AlignedValues<Float>(count: 0))
            return
        }
        let own = AlignedValues<Float>(count: row_products_left_size(left.rows, columns))
        let others = AlignedValues<Float>(count: row_products_right_size(right.rows, columns))
        let leftBlocks = (left.rows + block - 1) / block
        let rightBlocks = (right.rows + block - 1) / block
        workers.forEach(leftBlocks + rightBlocks) { index, _ in
            let isLeft = index < leftBlocks
            let start = (isLeft ? index : index - leftBlocks) * block
            let matrix = isLeft ? left : right
            let count = min(block, matrix.rows - start)
            matrix.values.withUnsafeBufferPointer { values in
                let rows = UnsafeRawPointer(values.baseAddress! + start * columns).assumingMemoryBound(to: Float.self)
                if isLeft {
                    row_products_pack_left(
                        rows, count, columns, own.base + row_products_left_size(start, columns))
                } else {
                    row_products_pack_right(
                        rows, count, columns, others.base + row_products_right_size(start, columns))
                }
            }
        }
        (packedLeft, packedRight) = (own, others)
    }

    /// Floats from row to row of a block with so many rows on the right.
    static func stride(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// out[i·stride + j] = leftᵢ · rightⱼ; what is behind a row's products is 0.
    ///
    /// - Parameters:
    ///   - block: the number of the block on the left.
    ///   - others: begins at a multiple of 16; at most `mostRight`.
    ///   - out: aligned to 64 bytes; as many rows as the block has, of `stride(others.count)` values.
    func write(_ block: Int, _ others: Range<Int>, to out: UnsafeMutablePointer<Scalar>) {
        let columns = left.columns
        let stride = Self.stride(others.count)
        let start = block * Self.leftBlock
        let count = min(Self.leftBlock, left.rows - start)
        if Self.isPacked {
            row_products(
                classifier_kernels_best_level(), packedLeft.base + row_products_left_size(start, columns), count,
                packedRight.base + row_products_right_size(others.lowerBound, columns), others.count, columns,
                UnsafeMutableRawPointer(out).assumingMemoryBound(to: Float.self), stride)
            return
        }
        out.update(repeating: 0, count: count * stride)
        left.values.withUnsafeBufferPointer { x in
            right.values.withUnsafeBufferPointer { y in
                Scalar.gemm(
                    false, true, count, others.count, columns, 1, x.baseAddress! + start * columns, columns,
                    y.baseAddress! + others.lowerBound * columns, columns, 0, out, stride)
            }
        }
    }
}
