import LinearAlgebra

extension LabelCounts {
    /// tp / (tp + fp).
    public func precision(zeroDivision: ZeroDivision = .zero) -> Double {
        ratio(truePositives, predicted, zeroDivision)
    }
}

/// The fraction of positive decisions that are true (positive predictive value, +P).
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
///   - zeroDivision: the value without positive decisions.
/// - Returns: 0…1.
public func precision(
    truth: LabelMatrix, decision: LabelMatrix, average: Averaging, zeroDivision: ZeroDivision = .zero
) -> Double {
    averaged(average, truth: truth, decision: decision, zeroDivision: zeroDivision) {
        $0.precision(zeroDivision: zeroDivision)
    }
}

/// Precision per label: L values.
public func precisionPerLabel(
    truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision = .zero
) -> [Double] {
    labelCounts(truth: truth, decision: decision).map { $0.precision(zeroDivision: zeroDivision) }
}
