import LinearAlgebra

/// The label of each sample's highest score, the first in label order among equals: n values.
///
/// - Parameter scores: n × L, finite, L ≥ 1.
public func topLabels(_ scores: Matrix<Double>) -> [Int] {
    precondition(scores.columns > 0 || scores.rows == 0, "no label to choose from")
    return (0 ..< scores.rows).map { row in
        let values = scores.row(row)
        var top = values.startIndex
        for index in values.indices where values[index] > values[top] { top = index }
        return top - values.startIndex
    }
}

/// The share of samples whose label of the highest score is among the true ones.
///
/// With exactly one true label this is plain accuracy; a sample without a true label is always wrong.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite; equal scores go in label order.
/// - Returns: 0…1, nil without samples.
public func top1Accuracy(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    let right = topLabels(scores).enumerated().count { truth[$0.offset, $0.element] }
    return Double(right) / Double(truth.rows)
}

/// Macro F1 of the decision that says only the label of the highest score.
///
/// It is the mean of all L labels' F1, 0 for a label that is neither true nor on top anywhere.
///
/// - Parameters:
///   - truth: n × L.
///   - scores: n × L, finite; equal scores go in label order.
/// - Returns: 0…1, nil without samples.
public func top1F1Macro(truth: LabelMatrix, scores: Matrix<Double>) -> Double? {
    requireSameShape(truth, scores)
    guard truth.rows > 0 else { return nil }
    var decision = LabelMatrix(rows: truth.rows, columns: truth.columns)
    for (row, label) in topLabels(scores).enumerated() { decision[row, label] = true }
    return f1(truth: truth, decision: decision, average: .macro)
}
