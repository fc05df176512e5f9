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
///   - zeroDivision: the value if there is no positive sample and no positive decision (as in scikit-learn ≥ 1.4).
/// - Returns: 0…1.
public func f1(
    truth: LabelMatrix, decision: LabelMatrix, average: Averaging, zeroDivision: ZeroDivision = .zero
) -> Double {
    averaged(average, truth: truth, decision: decision, zeroDivision: zeroDivision) {
        $0.f1(zeroDivision: zeroDivision)
    }
}

/// F1 per label: L values.
public func f1PerLabel(
    truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision = .zero
) -> [Double] {
    labelCounts(truth: truth, decision: decision).map { $0.f1(zeroDivision: zeroDivision) }
}
