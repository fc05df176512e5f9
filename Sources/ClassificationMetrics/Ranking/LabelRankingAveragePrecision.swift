import LinearAlgebra

/// Label ranking average precision (LRAP).
///
/// For each true label, it takes the labels that score at least as high and the fraction of them that is true. The
/// fractions are averaged over the true labels of a sample, then over samples. A sample with all labels or none counts
/// as 1.
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

/// Returns the label ranking precision of one sample in O(L log L).
func labelRankingPrecision(_ truth: ArraySlice<UInt8>, _ scores: ArraySlice<Double>) -> Double {
    // The average precision of one sample is the same sum. The two differ only where it is undefined.
    truth.contains(1) ? RankedColumn(truth: truth, scores: scores).averagePrecision() : 1
}
