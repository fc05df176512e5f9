import LinearAlgebra

/// Brier score per label, the mean squared difference of score and truth: L values, nil without samples.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, probabilities.
/// - Source: Brier, Mon. Weather Rev. 78 (1950), halved for two classes.
public func brierScorePerLabel(truth: LabelMatrix, scores: Matrix<Double>) -> [Double?] {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return Array(repeating: nil, count: truth.columns) }
    return (0 ..< truth.columns).map { label in
        let squares = zip(truth.column(label), scores.column(label)).map { ($1 - Double($0)) * ($1 - Double($0)) }
        return squares.reduce(0, +) / Double(truth.rows)
    }
}
