import LinearAlgebra

/// The fraction of the n·L decisions that are wrong.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
/// - Returns: 0…1; nil without samples or labels.
public func hammingLoss(truth: LabelMatrix, decision: LabelMatrix) -> Double? {
    requireSameShape(truth, decision)
    guard !truth.values.isEmpty else { return nil }
    let wrong = zip(truth.values, decision.values).count { $0 != $1 }
    return Double(wrong) / Double(truth.values.count)
}
