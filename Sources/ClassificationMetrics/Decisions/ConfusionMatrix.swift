import LinearAlgebra

/// How often each true label got each top label.
public struct ConfusionMatrix: Equatable, Codable, Sendable {
    /// L × L: `counts[true label][label of the highest score]`.
    public let counts: [[Int]]
    /// Samples with no true label or several, which have no row here.
    public let leftOut: Int

    /// - Parameters:
    ///   - truth: n × L.
    ///   - scores: n × L, finite; equal scores go in label order.
    public init(truth: LabelMatrix, scores: Matrix<Double>) {
        requireSameShape(truth, scores)
        var counts = Array(repeating: Array(repeating: 0, count: truth.columns), count: truth.columns)
        var leftOut = 0
        for (row, top) in topLabels(scores).enumerated() {
            let labels = truth.labels(ofRow: row)
            if labels.count == 1 { counts[labels[0]][top] += 1 } else { leftOut += 1 }
        }
        self.counts = counts
        self.leftOut = leftOut
    }
}
