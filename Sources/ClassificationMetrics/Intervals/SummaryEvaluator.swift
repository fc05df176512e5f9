import LinearAlgebra

/// The summary of a set in which each row counts any number of times, without sorting anything again.
///
/// It answers what `MetricSummary` and `PerLabelSummary` would of the rows repeated, and is why a thousand bootstrap
/// replicates take seconds: the samples' own values and the order of the scores are made once.
struct SummaryEvaluator: Sendable {
    let rows: Int
    let labels: Int
    private let truth: LabelMatrix
    private let decision: LabelMatrix
    private let ranked: [RankedColumn]
    private let top: [Int]
    private let isUncertain: [Bool]?
    private let samples: [SampleValues]

    /// What one sample adds to the means over samples.
    private struct SampleValues {
        var f1 = 0.0
        var jaccard = 0.0
        var exact = 0.0
        var rankingLoss = 0.0
        var coverage = 0.0
        var labelRankingPrecision = 0.0
        var topIsTrue = 0.0
        var isUncertain = 0.0

        mutating func add(_ other: SampleValues, times: Double) {
            f1 += times * other.f1
            jaccard += times * other.jaccard
            exact += times * other.exact
            rankingLoss += times * other.rankingLoss
            coverage += times * other.coverage
            labelRankingPrecision += times * other.labelRankingPrecision
            topIsTrue += times * other.topIsTrue
            isUncertain += times * other.isUncertain
        }
    }

    init(_ set: ScoredSet) {
        let (truth, scores, decision) = (set.truth, set.scores, set.decision)
        rows = truth.rows
        labels = truth.columns
        self.truth = truth
        self.decision = decision
        isUncertain = set.uncertain
        ranked = (0 ..< labels).map { RankedColumn(truth: truth.column($0), scores: scores.column($0)) }
        let top = labels > 0 ? topLabels(scores) : []
        self.top = top
        guard labels > 0 else {
            samples = []
            return
        }
        let counts = sampleCounts(truth: truth, decision: decision)
        samples = counts.indices.map { row in
            SampleValues(
                f1: counts[row].f1(), jaccard: counts[row].jaccard(),
                exact: counts[row].falsePositives + counts[row].falseNegatives == 0 ? 1 : 0,
                rankingLoss: rankingLoss(truth.row(row), scores.row(row)),
                coverage: coverage(truth.row(row), scores.row(row)),
                labelRankingPrecision: labelRankingPrecision(truth.row(row), scores.row(row)),
                topIsTrue: truth[row, top[row]] ? 1 : 0, isUncertain: set.uncertain?[row] == true ? 1 : 0)
        }
    }

    /// - Parameter counts: how often each row counts: n values.
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

        let pooled = decided.reduce(LabelCounts(), +)
        metrics[.f1Macro] = mean(decided.map { $0.f1() }, empty: 0)
        metrics[.f1Micro] = pooled.f1()
        metrics[.hammingLoss] = Double(pooled.falsePositives + pooled.falseNegatives) / Double(pooled.total)
        metrics[.top1F1Macro] = mean(topped.map { $0.f1() }, empty: 0)

        let defined = areas.compactMap { $0 }
        metrics[.rocAUCMacro] = defined.count == labels ? mean(defined, empty: 0) : nil
        metrics[.averagePrecisionMacro] = mean(ranked.map { $0.averagePrecision(counts: counts) }, empty: 0)
        metrics[.ece] = mean(ranked.compactMap { $0.calibrationError(counts: counts) }, empty: 0)

        var sums = SampleValues()
        for row in 0 ..< rows where counts[row] > 0 { sums.add(samples[row], times: Double(counts[row])) }
        let n = Double(total)
        metrics[.f1Samples] = sums.f1 / n
        metrics[.jaccardSamples] = sums.jaccard / n
        metrics[.accuracySubset] = sums.exact / n
        metrics[.rankingLoss] = sums.rankingLoss / n
        metrics[.coverageError] = sums.coverage / n
        metrics[.labelRankingAveragePrecision] = sums.labelRankingPrecision / n
        metrics[.top1Accuracy] = sums.topIsTrue / n
        metrics[.uncertainFraction] = isUncertain == nil ? nil : sums.isUncertain / n
        return (metrics, perLabel)
    }

    /// The confusion counts of the decision, and those of the decision that says only the top label.
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
