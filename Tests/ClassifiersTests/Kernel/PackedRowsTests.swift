import CKernels
import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

@Suite struct PackedRowsTests {
    /// Small integers: their products and sums are exact in any order.
    private func integers(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix<Float> {
        var generator = SeededGenerator(seed: seed)
        return Matrix(
            rows: rows, columns: columns,
            values: (0 ..< rows * columns).map { _ in Float(generator.integer(below: 17) - 8) })
    }

    private func product(_ a: Matrix<Float>, _ i: Int, _ b: Matrix<Float>, _ j: Int) -> Float {
        zip(a.row(i), b.row(j)).reduce(0) { $0 + $1.0 * $1.1 }
    }

    @Test(arguments: RowKernelsTests.levels, [(1, 1, 1), (5, 17, 15), (14, 32, 16), (29, 50, 193), (128, 33, 400)])
    func `every instruction set gives exact products of integers, followed by zeros`(
        level: UInt32, shape: (left: Int, right: Int, columns: Int)
    ) throws {
        let table = try #require(classifier_kernels_at(classifier_kernel_level(rawValue: level))).pointee
        let left = integers(shape.left, shape.columns, seed: 1)
        let right = integers(shape.right, shape.columns, seed: 2)
        let packed = AlignedValues<Float>(count: row_products_packed_size(shape.right, shape.columns))
        row_products_pack(right.values, shape.right, shape.columns, packed.base)
        let stride = (shape.right + 15) / 16 * 16
        let out = AlignedValues<Float>(count: shape.left * stride)
        out.base.initialize(repeating: .nan, count: shape.left * stride)
        table.products(left.values, shape.left, packed.base, shape.right, shape.columns, out.base, stride)
        for row in 0 ..< shape.left {
            for other in 0 ..< stride {
                let expected = other < shape.right ? product(left, row, right, other) : 0
                #expect(out.base[row * stride + other] == expected)
            }
        }
    }

    @Test func `a product has the same bits in every block`() {
        let rows = Samples.overlapping(rows: 150, columns: 201, labels: 2, of: Float.self).features
        let whole = PackedRows(rows, rows: 0 ..< 150)
        let out = AlignedValues<Float>(count: 22 * whole.stride)
        whole.multiply(rows, rows: 128 ..< 150, to: out.base)
        for (row, other) in [(128, 3), (149, 149), (140, 77)] {
            let one = AlignedValues<Float>(count: 16)
            for (a, b) in [(row, other), (other, row)] {
                PackedRows(rows, rows: b ..< b + 1).multiply(rows, rows: a ..< a + 1, to: one.base)
                #expect(one.base[0].bitPattern == out.base[(row - 128) * whole.stride + other].bitPattern)
            }
        }
    }

    @Test func `double precision agrees with single precision`() {
        let rows = integers(9, 21, seed: 3)
        let packed = PackedRows(rows.converted() as Matrix<Double>, rows: 2 ..< 9)
        let doubles = AlignedValues<Double>(count: 8 * 16)
        packed.multiply(rows.converted(), rows: 1 ..< 9, to: doubles.base)
        for row in 1 ..< 9 {
            for other in 0 ..< 16 {
                let expected = other < 7 ? Double(product(rows, row, rows, other + 2)) : 0
                #expect(doubles.base[(row - 1) * 16 + other] == expected)
            }
        }
    }

    @Test func `rows without columns have zero products`() {
        let rows = Matrix<Float>(rows: 3, columns: 0)
        let out = AlignedValues<Float>(count: 3 * 16)
        PackedRows(rows, rows: 0 ..< 3).multiply(rows, rows: 0 ..< 3, to: out.base)
        #expect((0 ..< 3 * 16).allSatisfy { out.base[$0] == 0 })
    }

    @Test(arguments: RowKernelsTests.levels)
    func `the exponential of the kernel agrees with the library within two units in the last place`(level: UInt32)
        throws
    {
        let table = try #require(classifier_kernels_at(classifier_kernel_level(rawValue: level))).pointee
        var generator = SeededGenerator(seed: 4)
        let exponents =
            [0, 1e-300, 1e-9, 0.34657, 0.34658, 1, 707.9, 708, 708.1, 1e4, .infinity, .nan]
            + (0 ..< 2000).map { _ in generator.uniform() * 700 }
        var row = [Double](repeating: 0, count: exponents.count)
        table.of_double.radial(&row, 0, exponents, 1, exponents.count)
        for (exponent, found) in zip(exponents, row) {
            let expected = exp(-exponent)
            if exponent > 708 {
                #expect(found >= 0 && found < 1e-300)
            } else if exponent.isNaN {
                #expect(found.isNaN)
            } else {
                #expect(abs(found - expected) <= 2 * expected.ulp, "\(exponent)")
            }
        }
    }
}
