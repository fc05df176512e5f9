import CKernels
import Foundation
import LinearAlgebra
import Testing

@testable import Classifiers

@Suite struct RowProductsTests {
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
    func `every level gives exact products of integers, and zeros behind them`(
        level: UInt32, shape: (left: Int, right: Int, columns: Int)
    ) {
        let left = integers(shape.left, shape.columns, seed: 1)
        let right = integers(shape.right, shape.columns, seed: 2)
        let packedLeft = AlignedValues<Float>(count: row_products_left_size(shape.left, shape.columns))
        let packedRight = AlignedValues<Float>(count: row_products_right_size(shape.right, shape.columns))
        row_products_pack_left(left.values, shape.left, shape.columns, packedLeft.base)
        row_products_pack_right(right.values, shape.right, shape.columns, packedRight.base)
        let stride = RowProducts<Float>.stride(shape.right)
        let out = AlignedValues<Float>(count: shape.left * stride)
        out.base.initialize(repeating: .nan, count: shape.left * stride)
        row_products(
            classifier_kernel_level(rawValue: level), packedLeft.base, shape.left, packedRight.base, shape.right,
            shape.columns, out.base, stride)
        for row in 0 ..< shape.left {
            for other in 0 ..< stride {
                let expected = other < shape.right ? product(left, row, right, other) : 0
                #expect(out.base[row * stride + other] == expected)
            }
        }
    }

    @Test func `a product is the same to the bit whatever it is computed together with, on either side`() {
        let rows = Samples.overlapping(rows: 150, columns: 201, labels: 2, of: Float.self).features
        let whole = RowProducts(rows, rows, workers: Workers(count: 3))
        let out = AlignedValues<Float>(count: 128 * RowProducts<Float>.stride(150))
        whole.write(1, 0 ..< 150, to: out.base)
        let stride = RowProducts<Float>.stride(150)
        for (row, other) in [(128, 3), (149, 149), (140, 77)] {
            let one = AlignedValues<Float>(count: 16)
            for (a, b) in [(row, other), (other, row)] {
                RowProducts(rows.selecting(rows: [a]), rows.selecting(rows: [b]), workers: Workers(count: 1))
                    .write(0, 0 ..< 1, to: one.base)
                #expect(one.base[0].bitPattern == out.base[(row - 128) * stride + other].bitPattern)
            }
        }
    }

    @Test func `double precision agrees with single`() {
        let rows = integers(9, 21, seed: 3)
        let doubles = AlignedValues<Double>(count: 9 * 16)
        RowProducts(rows.converted() as Matrix<Double>, rows.converted(), workers: Workers(count: 1))
            .write(0, 0 ..< 9, to: doubles.base)
        for row in 0 ..< 9 {
            for other in 0 ..< 16 {
                #expect(
                    doubles.base[row * 16 + other] == (other < 9 ? Double(product(rows, row, rows, other)) : 0))
            }
        }
    }

    @Test(arguments: RowKernelsTests.levels)
    func `the radial kernel's exponential is the library's within two units in the last place`(level: UInt32) throws {
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
