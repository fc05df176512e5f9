import LinearAlgebra

/// Computes the metrics of a set in which each row has a multiplicity, without sorting again.
///
/// The results are those of `MetricSummary` and `PerLabelSummary` for the repeated rows. The values of each sample and
/// the ranking of the scores are computed once, so a thousand bootstrap replicates take seconds.
struct SummaryEvaluator: Sendable {
    let rows: Int
    let labels: Int
    private let truth: LabelMatrix
    private let decision: LabelMatrix
    private let ranked: [RankedColumn]
    private let top: [Int]
    /// The metrics that are means over samples, and their values: n rows of one per metric.
    private let sampleKeys: [MetricKey]
    private let sampleValues: [Double]

    init(_ set: ScoredSet) {
        let (truth, scores, decision) = (set.truth, set.scores, set.decision)
        rows = truth.rows
        labels = truth.columns
        self.truth = truth
        self.decision = decision
        ranked = (0 ..< labels).map { RankedColumn(truth: truth.column($0), scores: scores.column($0)) }
        let top = labels > 0 ? topLabels(scores) : []
        self.top = top
        var sampleKeys: [MetricKey] = []
        var columns: [[Double]] = []
        if labels > 0 {
            let samples = MetricDefinition.Samples(
                set: set, counts: sampleCounts(truth: truth, decision: decision), top: top)
            for key in MetricKey.allCases {
                guard case .mean(let values) = key.definition.replicate, let column = values(samples) else { continue }
                sampleKeys.append(key)
                columns.append(column)
            }
        }
        self.sampleKeys = sampleKeys
        sampleValues = (0 ..< rows).flatMap { row in columns.map { $0[row] } }
    }

    /// - Parameter counts: the multiplicity of each row: n values.
    func summary(counts: [Int32]) -> (metrics: MetricSummary, perLabel: [PerLabelSummary]) {
        let (decided, topped) = labelCounts(counts)
        let areas = ranked.map { $0.rocAUC(counts: counts) }
        let perLabel = zip(decided, areas).map { label, area in
            PerLabelSummary(
                precision: label.precision(), recall: label.recall(), f1: label.f1(), rocAUC: area,
                support: label.support)
        }
        var metrics = MetricSummary()
        let total = counts.reduce(0) { $0 + Int($1) }
        guard total > 0, labels > 0 else { return (metrics, perLabel) }

        let input = MetricDefinition.Labels(
            decided: decided, topped: topped, ranked: ranked, areas: areas, counts: counts)
        for key in MetricKey.allCases {
            if case .labels(let value) = key.definition.replicate { metrics[key] = value(input) }
        }
        let width = sampleKeys.count
        var sums = [Double](repeating: 0, count: width)
        for row in 0 ..< rows where counts[row] > 0 {
            for place in 0 ..< width { sums[place] += Double(counts[row]) * sampleValues[row * width + place] }
        }
        for (key, sum) in zip(sampleKeys, sums) { metrics[key] = sum / Double(total) }
        return (metrics, perLabel)
    }

    /// Counts the decisions, and the decisions for the top label only.
    private func labelCounts(_ counts: [Int32]) -> (decided: [LabelCounts], topped: [LabelCounts]) {
        var decided = Array(repeating: LabelCounts(), count: labels)
        var topped = decided
        for row in 0 ..< rows where counts[row] > 0 {
            let times = Int(counts[row])
            for label in 0 ..< labels {
                let isTrue = truth.values[row * labels + label]
                decided[label].add(truth: isTrue, decision: decision.values[row * labels + label], times: times)
                topped[label].add(truth: isTrue, decision: top[row] == label ? 1 : 0, times: times)
            }
        }
        return (decided, topped)
    }
}
