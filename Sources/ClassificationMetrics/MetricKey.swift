/// The metrics of `metrics.json`, by their keys there.
public enum MetricKey: String, CaseIterable, Codable, Comparable, Sendable {
    // Metrics of the decisions.
    case f1Macro = "f1_macro"
    case f1Micro = "f1_micro"
    case f1Samples = "f1_samples"
    case accuracySubset = "accuracy_subset"
    case hammingLoss = "hamming_loss"
    case jaccardSamples = "jaccard_samples"
    // Metrics of the scores.
    case rocAUCMacro = "roc_auc_macro"
    case averagePrecisionMacro = "average_precision_macro"
    case rankingLoss = "ranking_loss"
    case coverageError = "coverage_error"
    case labelRankingAveragePrecision = "label_ranking_average_precision"
    // Metrics of the top label.
    case top1Accuracy = "top1_accuracy"
    case top1F1Macro = "top1_f1_macro"
    // Calibration and abstention.
    case ece
    case uncertainFraction = "uncertain_fraction"

    /// Whether higher values are better. The other metrics are losses or fractions of abstentions.
    public var isHigherBetter: Bool { definition.isHigherBetter }

    /// The name in tables.
    public var title: String { definition.title }

    var definition: MetricDefinition { MetricKey.definitions[place] }

    private static let definitions = allCases.map { MetricDefinition($0) }

    /// Whether sampling noise raises the metric: a mean of absolute deviations is above 0 by chance alone.
    var isRaisedByNoise: Bool { self == .ece }

    /// Compares by the order of `allCases`.
    public static func < (a: MetricKey, b: MetricKey) -> Bool { a.place < b.place }

    var place: Int { MetricKey.places[self]! }

    private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, allCases.indices))
}
