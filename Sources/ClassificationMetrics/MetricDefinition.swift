import LinearAlgebra

/// The definition of a metric of `MetricSummary`: everything that depends on its key.
///
/// A new metric needs a case of `MetricKey` and its definition here.
struct MetricDefinition: Sendable {
    /// The name in tables.
    let title: String
    let isHigherBetter: Bool
    /// Returns the metric of a set with samples and labels; nil if undefined.
    let value: @Sendable (ScoredSet) -> Double?
    /// Returns the metric of a bootstrap replicate.
    let replicate: Replicate

    /// The computation of a metric for a set in which each row has a multiplicity.
    enum Replicate: Sendable {
        /// The mean of a value per sample: n values, or nil if undefined.
        case mean(@Sendable (Samples) -> [Double]?)
        /// A function of the confusion counts and rankings of the replicate.
        case labels(@Sendable (Labels) -> Double?)
    }

    /// A set with the values per sample that several metrics use.
    struct Samples {
        let set: ScoredSet
        /// The confusion counts of each sample.
        let counts: [LabelCounts]
        /// The top label of each sample.
        let top: [Int]

        func map(_ value: (_ truth: ArraySlice<UInt8>, _ scores: ArraySlice<Double>) -> Double) -> [Double] {
            counts.indices.map { value(set.truth.row($0), set.scores.row($0)) }
        }
    }

    /// A replicate with the values per label that several metrics use.
    struct Labels {
        /// The confusion counts of each label.
        let decided: [LabelCounts]
        /// The confusion counts of each label if only the top label is decided.
        let topped: [LabelCounts]
        let ranked: [RankedColumn]
        /// The area under the ROC curve of each label.
        let areas: [Double?]
        /// The multiplicity of each row.
        let counts: [Int32]

        var pooled: LabelCounts { decided.reduce(LabelCounts(), +) }
    }

    private init(
        _ title: String, isHigherBetter: Bool = true, value: @escaping @Sendable (ScoredSet) -> Double?,
        replicate: Replicate
    ) {
        self.title = title
        self.isHigherBetter = isHigherBetter
        self.value = value
        self.replicate = replicate
    }

    init(_ key: MetricKey) {
        switch key {
        case .f1Macro:
            self.init("macro F1") {
                f1(truth: $0.truth, decision: $0.decision, average: .macro)
            } replicate: {
                mean($0.decided.map { $0.f1() }, empty: 0)
            }
        case .f1Micro:
            self.init("micro F1") {
                f1(truth: $0.truth, decision: $0.decision, average: .micro)
            } replicate: {
                $0.pooled.f1()
            }
        case .f1Samples:
            self.init("F1 by sample") {
                f1(truth: $0.truth, decision: $0.decision, average: .samples)
            } mean: {
                $0.counts.map { $0.f1() }
            }
        case .accuracySubset:
            self.init("subset accuracy") {
                subsetAccuracy(truth: $0.truth, decision: $0.decision)
            } mean: {
                $0.counts.map { $0.falsePositives + $0.falseNegatives == 0 ? 1 : 0 }
            }
        case .hammingLoss:
            self.init("Hamming loss", isHigherBetter: false) {
                hammingLoss(truth: $0.truth, decision: $0.decision)
            } replicate: {
                let pooled = $0.pooled
                return Double(pooled.falsePositives + pooled.falseNegatives) / Double(pooled.total)
            }
        case .jaccardSamples:
            self.init("Jaccard by sample") {
                jaccard(truth: $0.truth, decision: $0.decision, average: .samples)
            } mean: {
                $0.counts.map { $0.jaccard() }
            }
        case .rocAUCMacro:
            self.init("ROC AUC") {
                rocAUC(truth: $0.truth, scores: $0.scores, average: .macro)
            } replicate: {
                let defined = $0.areas.compactMap { $0 }
                return defined.count == $0.areas.count ? mean(defined, empty: 0) : nil
            }
        case .averagePrecisionMacro:
            self.init("average precision") {
                averagePrecision(truth: $0.truth, scores: $0.scores, average: .macro)
            } replicate: { labels in
                mean(labels.ranked.map { $0.averagePrecision(counts: labels.counts) }, empty: 0)
            }
        case .rankingLoss:
            self.init("ranking loss", isHigherBetter: false) {
                rankingLoss(truth: $0.truth, scores: $0.scores)
            } mean: {
                $0.map(rankingLoss)
            }
        case .coverageError:
            self.init("coverage error", isHigherBetter: false) {
                coverageError(truth: $0.truth, scores: $0.scores)
            } mean: {
                $0.map(coverage)
            }
        case .labelRankingAveragePrecision:
            self.init("label ranking AP") {
                labelRankingAveragePrecision(truth: $0.truth, scores: $0.scores)
            } mean: {
                $0.map(labelRankingPrecision)
            }
        case .top1Accuracy:
            self.init("top-1 accuracy") {
                top1Accuracy(truth: $0.truth, scores: $0.scores)
            } mean: { samples in
                samples.top.indices.map { samples.set.truth[$0, samples.top[$0]] ? 1 : 0 }
            }
        case .top1F1Macro:
            self.init("top-1 macro F1") {
                top1F1Macro(truth: $0.truth, scores: $0.scores)
            } replicate: {
                mean($0.topped.map { $0.f1() }, empty: 0)
            }
        case .ece:
            self.init("ECE", isHigherBetter: false) {
                expectedCalibrationError(truth: $0.truth, scores: $0.scores)
            } replicate: { labels in
                mean(labels.ranked.compactMap { $0.calibrationError(counts: labels.counts) }, empty: 0)
            }
        case .uncertainFraction:
            self.init("uncertain", isHigherBetter: false) {
                $0.uncertain.flatMap(uncertainFraction)
            } mean: {
                $0.set.uncertain?.map { $0 ? 1 : 0 }
            }
        }
    }

    private init(
        _ title: String, isHigherBetter: Bool = true, value: @escaping @Sendable (ScoredSet) -> Double?,
        replicate: @escaping @Sendable (Labels) -> Double?
    ) {
        self.init(title, isHigherBetter: isHigherBetter, value: value, replicate: .labels(replicate))
    }

    private init(
        _ title: String, isHigherBetter: Bool = true, value: @escaping @Sendable (ScoredSet) -> Double?,
        mean: @escaping @Sendable (Samples) -> [Double]?
    ) {
        self.init(title, isHigherBetter: isHigherBetter, value: value, replicate: .mean(mean))
    }
}
