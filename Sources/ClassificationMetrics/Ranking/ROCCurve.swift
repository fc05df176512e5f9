/// The receiver operating characteristic of one label: true against false positive rate at each threshold.
public struct ROCCurve: Equatable, Sendable {
    /// 0…1, ascending: the fraction of negatives that score at least the threshold.
    public let falsePositiveRate: [Double]
    /// 0…1, ascending: the fraction of positives that score at least the threshold.
    public let truePositiveRate: [Double]
    /// Descending. The first is infinite, where no sample is positive.
    public let thresholds: [Double]

    /// - Parameters:
    ///   - truth: 0 or 1, one for each score.
    ///   - scores: finite.
    ///   - dropIntermediate: leaves out points on the straight line between their neighbors.
    /// - Returns: nil if truth has one class only.
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
