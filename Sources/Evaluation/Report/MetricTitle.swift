import ClassificationMetrics

extension MetricKey {
    /// The metric's name in tables.
    package var title: String {
        switch self {
        case .f1Macro: "macro F1"
        case .f1Micro: "micro F1"
        case .f1Samples: "F1 by sample"
        case .accuracySubset: "subset accuracy"
        case .hammingLoss: "Hamming loss"
        case .jaccardSamples: "Jaccard by sample"
        case .rocAUCMacro: "ROC AUC"
        case .averagePrecisionMacro: "average precision"
        case .rankingLoss: "ranking loss"
        case .coverageError: "coverage error"
        case .labelRankingAveragePrecision: "label ranking AP"
        case .top1Accuracy: "top-1 accuracy"
        case .top1F1Macro: "top-1 macro F1"
        case .ece: "ECE"
        case .uncertainFraction: "uncertain"
        }
    }
}
