import LinearAlgebra

/// The mean number of top-ranked labels that are needed to include all true ones.
///
/// For one sample, this is the number of labels that score at least as high as its lowest true label. It is 0 without a
/// true label.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite.
/// - Returns: 0…L, nil without samples.
/// - Source: Tsoumakas, Katakis & Vlahavas, Data Mining and Knowledge Discovery Handbook (2010), plus 1 as in
///   scikit-learn.
public func coverageError(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    return mean((0 ..< truth.rows).map { coverage(truth.row($0), scores.row($0)) }, empty: 0)
}

/// Returns the coverage of one sample.
func coverage(_ truth: ArraySlice<UInt8>, _ scores: ArraySlice<Double>) -> Double {
    let lowest = zip(truth, scores).filter { $0.0 == 1 }.map(\.1).min()
    return lowest.map { lowest in Double(scores.count { $0 >= lowest }) } ?? 0
}
