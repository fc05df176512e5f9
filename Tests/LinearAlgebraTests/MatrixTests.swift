import LinearAlgebra
import Testing

@Suite struct MatrixTests {
    let a = Matrix<Double>([[1, 2, 3], [4, 5, 6]])

    @Test func `rows and columns have the expected values`() {
        #expect(a[1, 2] == 6)
        #expect(Array(a.row(1)) == [4, 5, 6])
        #expect(a.column(1) == [2, 5])
        #expect(a.selecting(rows: [1, 1, 0]) == Matrix([[4, 5, 6], [4, 5, 6], [1, 2, 3]]))
        #expect(a.converted(to: Float.self) == Matrix<Float>([[1, 2, 3], [4, 5, 6]]))
    }

    @Test func `a product equals a hand calculation`() {
        let b = Matrix<Double>([[1, 0], [0, 1], [1, 1]])
        #expect(Matrix.product(a, b) == Matrix([[4, 5], [10, 11]]))
        #expect(Matrix.product(a, transposed: false, a, transposed: true) == Matrix([[14, 32], [32, 77]]))
        #expect(Matrix.product(a, transposed: true, a) == Matrix([[17, 22, 27], [22, 29, 36], [27, 36, 45]]))
    }

    @Test(arguments: [(1, 1, 1), (3, 5, 7), (17, 33, 9)])
    func `BLAS agrees with a plain loop in both precisions`(m: Int, n: Int, k: Int) {
        var generator = SeededGenerator(seed: 7)
        let left = Matrix<Double>(rows: m, columns: k, values: (0 ..< m * k).map { _ in generator.normal() })
        let right = Matrix<Double>(rows: k, columns: n, values: (0 ..< k * n).map { _ in generator.normal() })
        let product = Matrix.product(left, right)
        let single = Matrix.product(left.converted(to: Float.self), right.converted(to: Float.self))
        for row in 0 ..< m {
            for column in 0 ..< n {
                let expected = (0 ..< k).reduce(0.0) { $0 + left[row, $1] * right[$1, column] }
                #expect(abs(product[row, column] - expected) < 1e-13 * Double(k))
                #expect(abs(Double(single[row, column]) - expected) < 1e-5 * Double(k))
            }
        }
    }

    @Test func `a Cholesky factor equals a hand calculation, and an indefinite matrix is rejected`() {
        var definite: [Double] = [4, 0, 2, 5]
        #expect(Double.choleskyFactor(2, &definite, 2) == 0)
        #expect(definite[0] == 2 && definite[2] == 1 && definite[3] == 2)
        var indefinite: [Float] = [1, 0, 2, 1]
        #expect(Float.choleskyFactor(2, &indefinite, 2) == 2)
    }

    @Test func `an empty matrix has a product`() {
        #expect(Matrix<Float>.product(Matrix(rows: 0, columns: 3), Matrix(rows: 3, columns: 2)).rows == 0)
        #expect(
            Matrix<Float>.product(Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 2))
                == Matrix(rows: 2, columns: 2))
    }
}
