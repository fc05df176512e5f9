/// The numbers of `metrics.json`, by their names there.
public enum MetricKey: String, CaseIterable, Codable, Comparable, Sendable {
    // Of the decision.
    case f1Macro = "f1_macro"
    case f1Micro = "f1_micro"
    case f1Samples = "f1_samples"
    case accuracySubset = "accuracy_subset"
    case hammingLoss = "hamming_loss"
    case jaccardSamples = "jaccard_samples"
    // Of the scores.
    case rocAUCMacro = "roc_auc_macro"
    case averagePrecisionMacro = "average_precision_macro"
    case rankingLoss = "ranking_loss"
    case coverageError = "coverage_error"
    case labelRankingAveragePrecision = "label_ranking_average_precision"
    // Of the highest score.
    case top1Accuracy = "top1_accuracy"
    case top1F1Macro = "top1_f1_macro"
    // Of the probabilities and of the doubt.
    case ece
    case uncertainFraction = "uncertain_fraction"

    /// Whether more is better; the others are losses, or samples left to a person.
    public var isHigherBetter: Bool {
        switch self {
        case .hammingLoss, .rankingLoss, .coverageError, .ece, .uncertainFraction: false
        default: true
        }
    }

    /// Whether sampling noise can only add to it: a mean of distances from a diagonal, each of which is above 0 where
    /// the samples do not lie on it by chance.
    var isRaisedByNoise: Bool { self == .ece }

    /// In the order of `allCases`.
    public static func < (a: MetricKey, b: MetricKey) -> Bool { a.place < b.place }

    var place: Int { MetricKey.places[self]! }

    private static let places = Dictionary(uniqueKeysWithValues: zip(allCases, allCases.indices))
}
