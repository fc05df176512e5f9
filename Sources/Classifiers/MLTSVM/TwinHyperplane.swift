import LinearAlgebra

/// The factorized problem of the hyperplane of one label: S = HᵀH + λI = LLᵀ and, row by row, V = G·L⁻ᵀ.
struct TwinHyperplane {
    private let label: Int
    /// p × p with p = d + 1, lower triangle.
    private let factor: [Double]
    /// Samples without the label × p.
    private let whitened: Matrix<Double>

    /// - Precondition: some samples have the label and some do not.
    init<Scalar: MatrixScalar>(features: Matrix<Scalar>, truth: LabelMatrix, label: Int, ridge: Double) {
        let column = truth.column(label)
        let own = Self.extended(features, column.indices.filter { column[$0] == 1 })
        let others = Self.extended(features, column.indices.filter { column[$0] == 0 })
        self.label = label
        factor = Self.factor(Matrix.product(own, transposed: true, own), ridge: ridge)
        whitened = Self.whitened(others, by: factor)
    }

    /// Returns the hyperplane z, by coordinate descent on the whitened samples.
    func minimum(c: Double, tolerance: Double, seed: UInt64) -> LinearSolution {
        let problem = BinaryProblem(
            label: label, signs: Array(repeating: 1, count: whitened.rows),
            costs: Array(repeating: c, count: whitened.rows))
        let descent = DualCoordinateDescent(
            features: whitened, loss: .hinge, hasIntercept: false, tolerance: tolerance, mostSweeps: 20_000, seed: seed)
        let solved = descent.solve([problem], workers: Workers(count: 1), progress: nil)[0]
        // z = −L⁻ᵀu, by back substitution.
        let width = whitened.columns
        var plane = solved.point.dropLast().map { -$0 }
        for row in stride(from: width - 1, through: 0, by: -1) {
            plane[row] /= factor[row * width + row]
            for above in 0 ..< row { plane[above] -= factor[row * width + above] * plane[row] }
        }
        return LinearSolution(label: label, point: plane, converged: solved.converged)
    }

    /// Returns L of S + λI = LLᵀ. If λ vanishes by rounding next to huge features, the smallest multiple of λ that does
    /// not is used.
    private static func factor(_ scatter: Matrix<Double>, ridge: Double) -> [Double] {
        let width = scatter.rows
        let largest = (0 ..< width).reduce(0) { max($0, scatter[$1, $1]) }
        var added = ridge
        for _ in 0 ..< 40 {
            var values = scatter.values
            for place in 0 ..< width { values[place * width + place] += added }
            let status = values.withUnsafeMutableBufferPointer { Double.choleskyFactor(width, $0.baseAddress!, width) }
            if status == 0 { return values }
            added = max(2 * added, largest * Double.ulpOfOne)
        }
        preconditionFailure("HᵀH + λI of finite numbers is positive definite")
    }

    /// Returns the rows at `indices` in double precision, each with a 1 appended.
    private static func extended<Scalar: MatrixScalar>(_ features: Matrix<Scalar>, _ indices: [Int]) -> Matrix<Double> {
        var values: [Double] = []
        values.reserveCapacity(indices.count * (features.columns + 1))
        for index in indices {
            for value in features.row(index) { values.append(Double(value)) }
            values.append(1)
        }
        return Matrix(rows: indices.count, columns: features.columns + 1, values: values)
    }

    /// Solves by forward substitution for all rows at once, in blocks that are mostly matrix products.
    private static func whitened(_ rows: consuming Matrix<Double>, by factor: [Double]) -> Matrix<Double> {
        let width = rows.columns
        let count = rows.rows
        let block = 64
        var result = rows
        result.values.withUnsafeMutableBufferPointer { values in
            factor.withUnsafeBufferPointer { factor in
                let v = values.baseAddress!
                let l = factor.baseAddress!
                for start in stride(from: 0, to: width, by: block) {
                    let end = min(start + block, width)
                    if start > 0 {
                        Double.gemm(
                            false, true, count, end - start, start, -1, v, width, l + start * width, width, 1,
                            v + start, width)
                    }
                    for row in 0 ..< count {
                        let x = v + row * width
                        for column in start ..< end {
                            let known = RowKernels.dot(l + column * width + start, x + start, column - start)
                            x[column] = (x[column] - known) / l[column * width + column]
                        }
                    }
                }
            }
        }
        return result
    }
}
