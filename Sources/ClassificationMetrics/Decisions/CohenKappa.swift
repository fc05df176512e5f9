import LinearAlgebra

extension LabelCounts {
    /// Agreement beyond chance, at most 1.
    /// Nil without samples, or if truth and decision are the same constant.
    public var cohenKappa: Double? {
        let n = Double(total)
        guard n > 0 else { return nil }
        let negatives = Double(trueNegatives + falsePositives)
        let rejected = Double(trueNegatives + falseNegatives)
        let expectedDisagreement = (Double(support) * rejected + negatives * Double(predicted)) / n
        guard expectedDisagreement > 0 else { return nil }
        return 1 - Double(falsePositives + falseNegatives) / expectedDisagreement
    }
}

/// Cohen's kappa of each label: L values, nil where undefined.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
/// - Source: Cohen, Educ. Psychol. Meas. 20 (1960).
public func cohenKappaPerLabel(truth: LabelMatrix, decision: LabelMatrix) -> [Double?] {
    labelCounts(truth: truth, decision: decision).map(\.cohenKappa)
}
