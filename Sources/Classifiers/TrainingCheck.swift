import LinearAlgebra

/// Checks of the data before a fit.
enum TrainingCheck {
    /// - Throws: `FitError.empty`, or `FitError.notFinite` for the first value that is not finite.
    /// - Precondition: features and truth have the same number of rows.
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
            for value in values { total += value * 0 }  // NaN if any value is not finite
            return total.isFinite ? nil : values.firstIndex { !$0.isFinite }
        }
        if let place { throw FitError.notFinite(row: place / features.columns, column: place % features.columns) }
    }

    /// Returns the labels that are all 0 or all 1, ascending.
    static func constantLabels(_ truth: LabelMatrix) -> [Int] {
        truth.support.indices.filter { truth.support[$0] == 0 || truth.support[$0] == truth.rows }
    }
}

extension Matrix {
    /// Returns the rows with NaN or infinity, ascending.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    func nonFiniteRows() -> [Int] {
        guard columns > 0 else { return [] }
        // 0·x is 0 for every finite number, and NaN otherwise.
        let zeros = [Scalar](repeating: 0, count: columns)
        return values.withUnsafeBufferPointer { values in
            (0 ..< rows).filter { !RowKernels.dot(values.baseAddress! + $0 * columns, zeros, columns).isFinite }
        }
    }
}

extension Matrix<Double> {
    /// Sets rows to NaN, the scores of samples that cannot be scored.
    mutating func invalidate(rows: [Int]) {
        for row in rows {
            for place in row * columns ..< (row + 1) * columns { values[place] = .nan }
        }
    }
}
