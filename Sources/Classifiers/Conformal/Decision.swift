/// The reasons for a review of a sample, with the codes in results.
public enum Reason: String, CaseIterable, Codable, Sendable {
    /// No condition was found, not even a normal ECG.
    case noLabelDecided = "no_label_decided"
    /// A decision is too likely to be wrong.
    case lowConfidence = "low_confidence"
    /// The classifiers disagree.
    case membersDisagree = "members_disagree"
    /// The picture does not show an ECG.
    case notAnECG = "not_an_ecg"
    /// The picture shows too little of the ECG.
    case poorQuality = "poor_quality"
    /// The recording lacks leads that the model was trained on.
    case fewLeads = "few_leads"
    /// The recording is unlike those that the model was trained on.
    case outOfDistribution = "out_of_distribution"
}

/// The decision for one sample.
public struct Decision: Equatable, Sendable {
    /// The decided labels, ascending, also if the decision is uncertain.
    public let labels: [Int]
    /// The calibrated probability that the least certain of the L answers is correct, 0…1. It is an upper bound of the
    /// probability that all are correct.
    public let confidence: Double
    /// The reasons in the order of `Reason.allCases`, without duplicates.
    public let reasons: [Reason]

    /// Whether a person should review the decision.
    public var uncertain: Bool { !reasons.isEmpty }

    public init(labels: [Int], confidence: Double, reasons: [Reason]) {
        self.labels = labels
        self.confidence = confidence
        self.reasons = Reason.allCases.filter(reasons.contains)
    }
}
