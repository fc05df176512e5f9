/// The receiver operating characteristic of one label: what recall costs in false alarms at each threshold.
public struct ROCCurve: Equatable, Sendable {
    /// 0…1, ascending; the share of the samples without the label that score at least the threshold.
    public let falsePositiveRate: [Double]
    /// 0…1, ascending; the share of the samples with the label that score at least the threshold.
    public let truePositiveRate: [Double]
    /// Descending; the first is infinite, where nothing is decided.
    public let thresholds: [Double]

    /// - Parameters:
    ///   - truth: 0 or 1, one for each score.
    ///   - scores: finite.
    ///   - dropIntermediate: leaves out points on the straight line between their neighbours.
    /// - Returns: nil where truth has one value.
    public init?(truth: [UInt8], scores: [Double], dropIntermediate: Bool = true) {
        var points: [(negatives: Int, positives: Int, threshold: Double)] = [(0, 0, .infinity)]
        RankedColumn(truth: truth, scores: scores).forEachRun(nil) { score, positives, negatives in
            let last = points[points.count - 1]
            points.append((last.negatives + negatives, last.positives + positives, score))
        }
        let end = points[points.count - 1]
        guard end.negatives > 0, end.positives > 0 else { return nil }
        if dropIntermediate, points.count > 3 {
            let scored = Array(points.dropFirst())
            let kept = scored.indices.filter { index in
                guard index > 0, index + 1 < scored.count else { return true }
                let (before, here, after) = (scored[index - 1], scored[index], scored[index + 1])
                return after.negatives - here.negatives != here.negatives - before.negatives
                    || after.positives - here.positives != here.positives - before.positives
            }
            points = [points[0]] + kept.map { scored[$0] }
        }
        falsePositiveRate = points.map { Double($0.negatives) / Double(end.negatives) }
        truePositiveRate = points.map { Double($0.positives) / Double(end.positives) }
        thresholds = points.map(\.threshold)
    }
}
