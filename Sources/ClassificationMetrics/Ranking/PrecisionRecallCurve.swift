/// Precision and recall of one label at each threshold.
public struct PrecisionRecallCurve: Equatable, Sendable {
    /// 0…1; one value more than thresholds. The last is 1, for a threshold above all scores.
    public let precision: [Double]
    /// 0…1, descending; the last is 0.
    public let recall: [Double]
    /// Ascending. A sample is positive if its score is at least the threshold.
    public let thresholds: [Double]

    /// - Parameters:
    ///   - truth: 0 or 1, one for each score.
    ///   - scores: finite.
    ///   - dropIntermediate: leaves out points that have the same recall as both neighbors.
    /// - Returns: nil without positives.
    public init?(truth: [UInt8], scores: [Double], dropIntermediate: Bool = false) {
        var points: [(positives: Int, passed: Int, threshold: Double)] = []
        var positives = 0
        var passed = 0
        RankedColumn(truth: truth, scores: scores).forEachRun(nil) { score, truePart, falsePart in
            positives += truePart
            passed += truePart + falsePart
            points.append((positives, passed, score))
        }
        guard positives > 0 else { return nil }
        if dropIntermediate {
            let kept = points.indices.filter { index in
                index == 0 || index + 1 == points.count
                    || points[index].positives != points[index - 1].positives
                    || points[index].positives != points[index + 1].positives
            }
            points = kept.map { points[$0] }
        }
        points.reverse()
        precision = points.map { Double($0.positives) / Double($0.passed) } + [1]
        recall = points.map { Double($0.positives) / Double(positives) } + [0]
        thresholds = points.map(\.threshold)
    }
}
