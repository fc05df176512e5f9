import LinearAlgebra

/// The fraction of pairs of a true and a false label that are ranked in the wrong order, averaged over samples.
///
/// Equal scores count as wrong. A sample with all labels or none has loss 0.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite.
/// - Returns: 0…1, nil without samples.
/// - Source: Tsoumakas, Katakis & Vlahavas, Data Mining and Knowledge Discovery Handbook (2010).
public func rankingLoss(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    return mean((0 ..< truth.rows).map { rankingLoss(truth.row($0), scores.row($0)) }, empty: 0)
}

/// Returns the ranking loss of one sample in O(L log L).
func rankingLoss(_ truth: ArraySlice<UInt8>, _ scores: ArraySlice<Double>) -> Double {
    var positives = 0
    var negatives = 0
    var wrong = 0
    RankedColumn(truth: truth, scores: scores).forEachRun(nil) { _, truePart, falsePart in
        negatives += falsePart
        positives += truePart
        wrong += truePart * negatives
    }
    return positives > 0 && negatives > 0 ? Double(wrong) / (Double(positives) * Double(negatives)) : 0
}
