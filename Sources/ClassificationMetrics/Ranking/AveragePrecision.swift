import LinearAlgebra

/// Average precision: the mean of the precisions at each threshold, weighted by the increase in recall.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite.
/// - Returns: 0…1; nil without samples or labels. A label (with `.samples`, a sample) without positives counts as 0, as
///   in scikit-learn.
public func averagePrecision(truth: LabelMatrix, scores: Matrix<Double>, average: Averaging) -> Double? {
    requireSameShape(truth, scores)
    guard !truth.values.isEmpty else { return nil }
    switch average {
    case .micro:
        return RankedColumn(truth: truth.values, scores: scores.values).averagePrecision()
    case .macro:
        return mean(averagePrecisionPerLabel(truth: truth, scores: scores), empty: 0)
    case .weighted:
        return mean(averagePrecisionPerLabel(truth: truth, scores: scores), weights: truth.support, empty: 0)
    case .samples:
        let precisions = (0 ..< truth.rows).map {
            RankedColumn(truth: truth.row($0), scores: scores.row($0)).averagePrecision()
        }
        return mean(precisions, empty: 0)
    }
}

/// Average precision per label: L values, 0 for a label without positives.
public func averagePrecisionPerLabel(truth: LabelMatrix, scores: Matrix<Double>) -> [Double] {
    requireSameShape(truth, scores)
    return (0 ..< truth.columns).map { label in
        RankedColumn(truth: truth.column(label), scores: scores.column(label)).averagePrecision()
    }
}

extension RankedColumn {
    /// - Parameter counts: the multiplicity of each row; nil for one each.
    func averagePrecision(counts: [Int32]? = nil) -> Double {
        var positives = 0
        var passed = 0
        var sum = 0.0
        forEachRun(counts) { _, truePart, falsePart in
            positives += truePart
            passed += truePart + falsePart
            sum += Double(truePart) * Double(positives) / Double(passed)
        }
        return positives > 0 ? sum / Double(positives) : 0
    }
}
