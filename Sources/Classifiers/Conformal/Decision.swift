/// Why a person should look at a sample, by the names that users read.
public enum Reason: String, CaseIterable, Codable, Sendable {
    /// No condition was found: not even that the ECG is normal.
    case noLabelDecided = "no_label_decided"
    /// An answer is too likely to be wrong.
    case lowConfidence = "low_confidence"
    /// The classifiers contradict each other.
    case membersDisagree = "members_disagree"
    /// The picture does not show an ECG.
    case notAnECG = "not_an_ecg"
    /// The picture shows too little of the ECG.
    case poorQuality = "poor_quality"
}

/// What is said of one sample.
public struct Decision: Equatable, Sendable {
    /// The labels that were decided, ascending. They stand even where the decision is uncertain.
    public let labels: [Int]
    /// The calibrated probability that the least sure of the L answers is right, 0…1; the probability that all are
    /// right is at most this.
    public let confidence: Double
    /// In the order of `Reason.allCases`, each once.
    public let reasons: [Reason]

    /// Whether a person should look at it.
    public var uncertain: Bool { !reasons.isEmpty }

    public init(labels: [Int], confidence: Double, reasons: [Reason]) {
        self.labels = labels
        self.confidence = confidence
        self.reasons = Reason.allCases.filter(reasons.contains)
    }
}
