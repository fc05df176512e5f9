import LinearAlgebra

/// The fraction of samples with all L decisions right.
///
/// - Parameters:
///   - truth: n × L.
///   - decision: n × L.
/// - Returns: 0…1; nil without samples.
public func subsetAccuracy(truth: LabelMatrix, decision: LabelMatrix) -> Double? {
    requireSameShape(truth, decision)
    guard truth.rows > 0 else { return nil }
    let right = (0 ..< truth.rows).count { truth.row($0).elementsEqual(decision.row($0)) }
    return Double(right) / Double(truth.rows)
}
