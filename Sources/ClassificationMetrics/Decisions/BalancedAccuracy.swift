import LinearAlgebra

extension LabelCounts {
    /// The mean of the recalls of yes and no; only of the one that occurs where truth has one value; nil of nothing.
    public var balancedAccuracy: Double? {
        let negatives = trueNegatives + falsePositives
        var recalls: [Double] = []
        if support > 0 { recalls.append(Double(truePositives) / Double(support)) }
        if negatives > 0 { recalls.append(Double(trueNegatives) / Double(negatives)) }
        return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
    }
}

/// Balanced accuracy of each label: L values, nil without samples.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
public func balancedAccuracyPerLabel(truth: LabelMatrix, decision: LabelMatrix) -> [Double?] {
    labelCounts(truth: truth, decision: decision).map(\.balancedAccuracy)
}
