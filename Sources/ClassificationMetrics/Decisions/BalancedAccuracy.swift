import LinearAlgebra

extension LabelCounts {
    /// The mean recall of the positive and the negative class.
    /// If truth has one class only, it is the recall of that class; nil without samples.
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
