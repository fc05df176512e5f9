import LinearAlgebra

/// Counts samples by their true label and their top label, the label with the highest score.
public struct ConfusionMatrix: Equatable, Codable, Sendable {
    /// L × L: `counts[true label][top label]`.
    public let counts: [[Int]]
    /// The number of samples without exactly one true label, which the matrix does not count.
    public let leftOut: Int

    /// - Parameters:
    ///   - truth: n × L.
    ///   - scores: n × L, finite; of equal scores the first label is the top one.
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
