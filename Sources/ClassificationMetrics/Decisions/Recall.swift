import LinearAlgebra

extension LabelCounts {
    /// tp / (tp + fn).
    public func recall(zeroDivision: ZeroDivision = .zero) -> Double {
        ratio(truePositives, support, zeroDivision)
    }
}

/// The fraction of positives that were decided as such (sensitivity, Se).
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
///   - zeroDivision: the value without positives.
/// - Returns: 0…1.
public func recall(
    truth: LabelMatrix, decision: LabelMatrix, average: Averaging, zeroDivision: ZeroDivision = .zero
) -> Double {
    averaged(average, truth: truth, decision: decision, zeroDivision: zeroDivision) {
        $0.recall(zeroDivision: zeroDivision)
    }
}

/// Recall per label: L values.
public func recallPerLabel(
    truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision = .zero
) -> [Double] {
    labelCounts(truth: truth, decision: decision).map { $0.recall(zeroDivision: zeroDivision) }
}
