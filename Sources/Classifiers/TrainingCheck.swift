import LinearAlgebra

/// What every fit asks of its data before it starts.
enum TrainingCheck {
    /// - Throws: `FitError.empty` or `FitError.notFinite`, naming the first such value.
    /// - Precondition: as many rows of features as of labels.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    static func accept<Scalar: MatrixScalar>(_ features: Matrix<Scalar>, _ truth: LabelMatrix) throws {
        precondition(
            features.rows == truth.rows, "\(features.rows) rows of features for \(truth.rows) rows of labels")
        guard features.rows > 0, features.columns > 0, truth.columns > 0 else {
            throw FitError.empty(rows: features.rows, columns: features.columns, labels: truth.columns)
        }
        let place = features.values.withUnsafeBufferPointer { values -> Int? in
            var total: Scalar = 0
            for value in values { total += value * 0 }  // NaN once anything is not finite
            return total.isFinite ? nil : values.firstIndex { !$0.isFinite }
        }
        if let place { throw FitError.notFinite(row: place / features.columns, column: place % features.columns) }
    }

    /// The labels that are all 0 or all 1, ascending.
    static func constantLabels(_ truth: LabelMatrix) -> [Int] {
        truth.support.indices.filter { truth.support[$0] == 0 || truth.support[$0] == truth.rows }
    }
}

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
