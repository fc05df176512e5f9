import LinearAlgebra

@testable import Classifiers

/// Small data sets that tests share.
enum Samples {
    /// Creates features and correlated labels: each label has a noisy direction.
    static func overlapping<Scalar: MatrixScalar>(
        rows: Int, columns: Int, labels: Int, seed: UInt64 = 1, of: Scalar.Type = Scalar.self
    ) -> (features: Matrix<Scalar>, truth: LabelMatrix) {
        var generator = SeededGenerator(seed: seed)
        let directions = (0 ..< labels * columns).map { _ in generator.normal() }
        var truth = LabelMatrix(rows: rows, columns: labels)
        var features = Matrix<Scalar>(rows: rows, columns: columns)
        for row in 0 ..< rows {
            for label in 0 ..< labels { truth[row, label] = generator.uniform() < 0.4 }
            for column in 0 ..< columns {
                var value = generator.normal()
                for label in truth.labels(ofRow: row) { value += 0.5 * directions[label * columns + column] }
                features[row, column] = Scalar(value)
            }
        }
        return (features, truth)
    }

    /// Creates multiples of 1/1024 in 0…1, with both ends in each column, whose sums are exact.
    static func dyadic<Scalar: MatrixScalar>(
        rows: Int, columns: Int, labels: Int, seed: UInt64 = 1, of: Scalar.Type = Scalar.self
    ) -> (features: Matrix<Scalar>, truth: LabelMatrix) {
        var generator = SeededGenerator(seed: seed)
        var truth = LabelMatrix(rows: rows, columns: labels)
        var features = Matrix<Scalar>(rows: rows, columns: columns)
        for row in 0 ..< rows {
            for label in 0 ..< labels { truth[row, label] = generator.uniform() < 0.4 }
            let centre = 200 + 600 * (row % 3) / 2
            for column in 0 ..< columns {
                let value = row < 2 ? row * 1024 : centre + generator.integer(below: 225)
                features[row, column] = Scalar(value) / 1024
            }
        }
        return (features, truth)
    }
}

extension Matrix<Double> {
    /// Returns the largest difference of a value.
    func distance(to other: Matrix<Double>) -> Double {
        precondition(rows == other.rows && columns == other.columns)
        return zip(values, other.values).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
}
