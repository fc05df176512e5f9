import LinearAlgebra

/// The share of samples whose L answers are all right.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
/// - Returns: 0…1, nil without samples.
public func subsetAccuracy(truth: LabelMatrix, decision: LabelMatrix) -> Double? {
    requireSameShape(truth, decision)
    guard truth.rows > 0 else { return nil }
    let right = (0 ..< truth.rows).count { truth.row($0).elementsEqual(decision.row($0)) }
    return Double(right) / Double(truth.rows)
}

/// The share of samples with at least one wrong answer.
public func zeroOneLoss(truth: LabelMatrix, decision: LabelMatrix) -> Double? {
    subsetAccuracy(truth: truth, decision: decision).map { 1 - $0 }
}
