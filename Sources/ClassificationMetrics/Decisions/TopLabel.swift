import LinearAlgebra

/// Returns the label with the highest score of each sample: n values. Of equal scores the first label wins.
///
/// - Parameter scores: n × L, finite, L ≥ 1.
public func topLabels(_ scores: Matrix<Double>) -> [Int] {
    precondition(scores.columns > 0 || scores.rows == 0, "scores without labels")
    return (0 ..< scores.rows).map { row in
        let values = scores.row(row)
        var top = values.startIndex
        for index in values.indices where values[index] > values[top] { top = index }
        return top - values.startIndex
    }
}

/// The fraction of samples whose top label, the one with the highest score, is true.
///
/// With exactly one true label per sample this is plain accuracy. A sample without a true label counts as wrong.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite; of equal scores the first label is the top one.
/// - Returns: 0…1, nil without samples.
public func top1Accuracy(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    let right = topLabels(scores).enumerated().count { truth[$0.offset, $0.element] }
    return Double(right) / Double(truth.rows)
}

/// Macro F1 of the decision for the top label only.
///
/// It averages over all L labels. A label that is neither true nor on top anywhere counts as 0.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite; of equal scores the first label is the top one.
/// - Returns: 0…1, nil without samples.
public func top1F1Macro(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    var decision = LabelMatrix(rows: truth.rows, columns: truth.columns)
    for (row, label) in topLabels(scores).enumerated() { decision[row, label] = true }
    return f1(truth: truth, decision: decision, average: .macro)
}
