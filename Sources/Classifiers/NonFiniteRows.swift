import LinearAlgebra

extension Matrix {
    /// The rows that hold a NaN or an infinity, ascending.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func nonFiniteRows() -> [Int] {
        values.withUnsafeBufferPointer { values in
            (0 ..< rows).filter { row in
                var total: Scalar = 0
                for place in row * columns ..< (row + 1) * columns { total += values[place] * 0 }
                return !total.isFinite
            }
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
