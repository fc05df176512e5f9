import LinearAlgebra

/// How far down its ranked labels one has to go, on average, to meet all that are true.
///
/// A sample counts the labels that score at least as high as the lowest of its true ones; 0 without a true label.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite.
/// - Returns: 0…L, nil without samples.
/// - Source: Tsoumakas, Katakis & Vlahavas, Data Mining and Knowledge Discovery Handbook (2010), plus 1.
public func coverageError(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    return mean((0 ..< truth.rows).map { coverage(truth.row($0), scores.row($0)) }, empty: 0)
}

/// The coverage of one sample.
func coverage(_ truth: ArraySlice<UInt8>, _ scores: ArraySlice<Double>) -> Double {
    let lowest = zip(truth, scores).filter { $0.0 == 1 }.map(\.1).min()
    return lowest.map { lowest in Double(scores.count { $0 >= lowest }) } ?? 0
}
