import LinearAlgebra

extension LabelCounts {
    /// tp / (tp + fp + fn).
    public func jaccard(zeroDivision: ZeroDivision = .zero) -> Double {
        ratio(truePositives, truePositives + falsePositives + falseNegatives, zeroDivision)
    }
}

/// The Jaccard index: the intersection of true and decided labels divided by their union.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
///   - zeroDivision: the value if there is no positive sample and no positive decision.
/// - Returns: 0…1.
public func jaccard(
    truth: LabelMatrix, decision: LabelMatrix, average: Averaging, zeroDivision: ZeroDivision = .zero
) -> Double {
    averaged(average, truth: truth, decision: decision, zeroDivision: zeroDivision) {
        $0.jaccard(zeroDivision: zeroDivision)
    }
}

/// Jaccard index per label: L values.
public func jaccardPerLabel(
    truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision = .zero
) -> [Double] {
    labelCounts(truth: truth, decision: decision).map { $0.jaccard(zeroDivision: zeroDivision) }
}
