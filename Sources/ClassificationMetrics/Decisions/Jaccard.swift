import LinearAlgebra

extension LabelCounts {
    /// tp / (tp + fp + fn).
    public func jaccard(zeroDivision: ZeroDivision = .zero) -> Double {
        ratio(truePositives, truePositives + falsePositives + falseNegatives, zeroDivision)
    }
}

/// What is both true and decided, of what is either.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
///   - zeroDivision: the value where nothing is true and nothing was decided.
/// - Returns: 0…1.
public func jaccard(
    truth: LabelMatrix, decision: LabelMatrix, average: Averaging, zeroDivision: ZeroDivision = .zero
) -> Double {
    averaged(average, truth: truth, decision: decision, zeroDivision: zeroDivision) {
        $0.jaccard(zeroDivision: zeroDivision)
    }
}

/// Jaccard index of each label: L values.
public func jaccardPerLabel(
    truth: LabelMatrix, decision: LabelMatrix, zeroDivision: ZeroDivision = .zero
) -> [Double] {
    labelCounts(truth: truth, decision: decision).map { $0.jaccard(zeroDivision: zeroDivision) }
}
