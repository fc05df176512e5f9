import LinearAlgebra

extension LabelCounts {
    /// 2 tp / (2 tp + fp + fn).
    public func f1(zeroDivision: ZeroDivision = .zero) -> Double {
        ratio(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives, zeroDivision)
    }
}

/// The harmonic mean of precision and recall.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
///   - zeroDivision: the value where nothing is true and nothing was decided (the rule of scikit-learn from 1.4 on).
/// - Returns: 0…1.
public func f1(
    truth: LabelMatrix, decision: LabelMatrix, average: Averaging, zeroDivision: ZeroDivision = .zero
) -> Double {
    averaged(average, truth: truth, decision: decision, zeroDivision: zeroDivision) {
        $0.f1(zeroDivision: zeroDivision)
    }
}

/// F1 of each label: L values.
public func f1PerLabel(
    truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision = .zero
) -> [Double] {
    labelCounts(truth: truth, decision: decision).map { $0.f1(zeroDivision: zeroDivision) }
}
