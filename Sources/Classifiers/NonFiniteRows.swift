import LinearAlgebra

extension Matrix {
    /// The rows that hold a NaN or an infinity, ascending.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func nonFiniteRows() -> [Int] {
        guard columns > 0 else { return [] }
        // 0·x is 0 for every number and NaN for what is none.
        let zeros = [Scalar](repeating: 0, count: columns)
        return values.withUnsafeBufferPointer { values in
            (0 ..< rows).filter { !RowKernels.dot(values.baseAddress! + $0 * columns, zeros, columns).isFinite }
        }
    }
}

extension Matrix<Double> {
    /// Makes all of some rows NaN: the scores of samples that cannot be scored.
    mutating func invalidate(rows: [Int]) {
        for row in rows {
            for place in row * columns ..< (row + 1) * columns { values[place] = .nan }
        }
    }
}
