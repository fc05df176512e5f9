import LinearAlgebra

/// One label's entry in the `per_label` block of `metrics.json`.
public struct PerLabelSummary: Equatable, Sendable {
    /// Precision of the decisions; 0 without positive decisions.
    public let precision: Double
    /// Recall of the decisions; 0 without positives.
    public let recall: Double
    /// F1 of the decisions; 0 without positives and positive decisions.
    public let f1: Double
    /// Area under the ROC curve of the scores; nil if truth has one class only.
    public let rocAUC: Double?
    /// The number of samples with the label.
    public let support: Int

    public init(precision: Double, recall: Double, f1: Double, rocAUC: Double?, support: Int) {
        self.precision = precision
        self.recall = recall
        self.f1 = f1
        self.rocAUC = rocAUC
        self.support = support
    }

    /// Returns one summary per label, in label order.
    public static func perLabel(of set: ScoredSet) -> [PerLabelSummary] {
        let counts = labelCounts(truth: set.truth, decision: set.decision)
        let areas = rocAUCPerLabel(truth: set.truth, scores: set.scores)
        return zip(counts, areas).map { counts, area in
            PerLabelSummary(
                precision: counts.precision(), recall: counts.recall(), f1: counts.f1(), rocAUC: area,
                support: counts.support)
        }
    }
}

extension PerLabelSummary: Codable {
    private enum CodingKeys: String, CodingKey {
        case precision, recall, f1
        case rocAUC = "roc_auc"
        case support
    }

    /// Encodes every key, null where undefined.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(precision, forKey: .precision)
        try container.encode(recall, forKey: .recall)
        try container.encode(f1, forKey: .f1)
        try container.encode(rocAUC, forKey: .rocAUC)
        try container.encode(support, forKey: .support)
    }
}
