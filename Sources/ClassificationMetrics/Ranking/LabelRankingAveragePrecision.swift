import LinearAlgebra

/// For each true label, the share of true ones among the labels that score at least as high; averaged over the true
/// labels of a sample, then over samples.
///
/// A sample whose labels are all true or all false counts 1.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite.
/// - Returns: above 0, at most 1; nil without samples.
/// - Source: Schapire & Singer, Machine Learning 39 (2000).
public func labelRankingAveragePrecision(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    return mean((0 ..< truth.rows).map { labelRankingPrecision(truth.row($0), scores.row($0)) }, empty: 0)
}

/// The label ranking precision of one sample, in O(L log L).
func labelRankingPrecision(_ truth: ArraySlice<UInt8>, _ scores: ArraySlice<Double>) -> Double {
    // One sample's average precision has the same sum; the two differ only where it is undefined.
    truth.contains(1) ? RankedColumn(truth: truth, scores: scores).averagePrecision() : 1
}
