import LinearAlgebra

/// The `metrics` block of `metrics.json`: one number for each key, nil where it is undefined.
///
/// The definitions are scikit-learn's with `zero_division = 0`. Nil is what has no samples, `roc_auc_macro` where a
/// label is all true or all false, and `uncertain_fraction` of a system that has no such answer.
///
/// ```swift
/// let truth = LabelMatrix([[1, 0], [0, 1], [1, 1]])
/// let decision = LabelMatrix([[1, 0], [0, 1], [0, 1]])
/// print(f1(truth: truth, decision: decision, average: .macro))
/// ```
public struct MetricSummary: Equatable, Sendable {
    private var values: [Double?]

    /// Every key undefined; a starting point for values that come from elsewhere.
    public init(_ values: [MetricKey: Double] = [:]) {
        self.values = MetricKey.allCases.map { values[$0] }
    }

    public init(of set: ScoredSet) {
        self.init()
        let (truth, scores, decision) = (set.truth, set.scores, set.decision)
        guard truth.rows > 0, truth.columns > 0 else { return }
        self[.f1Macro] = f1(truth: truth, decision: decision, average: .macro)
        self[.f1Micro] = f1(truth: truth, decision: decision, average: .micro)
        self[.f1Samples] = f1(truth: truth, decision: decision, average: .samples)
        self[.accuracySubset] = subsetAccuracy(truth: truth, decision: decision)
        self[.hammingLoss] = ClassificationMetrics.hammingLoss(truth: truth, decision: decision)
        self[.jaccardSamples] = jaccard(truth: truth, decision: decision, average: .samples)
        self[.rocAUCMacro] = rocAUC(truth: truth, scores: scores, average: .macro)
        self[.averagePrecisionMacro] = averagePrecision(truth: truth, scores: scores, average: .macro)
        self[.rankingLoss] = ClassificationMetrics.rankingLoss(truth: truth, scores: scores)
        self[.coverageError] = ClassificationMetrics.coverageError(truth: truth, scores: scores)
        self[.labelRankingAveragePrecision] = ClassificationMetrics.labelRankingAveragePrecision(
            truth: truth, scores: scores)
        self[.top1Accuracy] = ClassificationMetrics.top1Accuracy(truth: truth, scores: scores)
        self[.top1F1Macro] = ClassificationMetrics.top1F1Macro(truth: truth, scores: scores)
        self[.ece] = expectedCalibrationError(truth: truth, scores: scores)
        self[.uncertainFraction] = set.uncertain.flatMap(ClassificationMetrics.uncertainFraction)
    }

    /// - Parameters:
    ///   - truth: n × L.
    ///   - scores: n × L, probabilities.
    ///   - decision: n × L.
    ///   - uncertain: n, or nil where the system has no such answer.
    /// - Throws: `MetricsError` for a score that is not a number from 0 to 1.
    public init(
        truth: LabelMatrix, scores: Matrix<Double>, decision: LabelMatrix, uncertain: [Bool]? = nil
    ) throws {
        self.init(of: try ScoredSet(truth: truth, scores: scores, decision: decision, uncertain: uncertain))
    }

    public subscript(key: MetricKey) -> Double? {
        get { values[key.place] }
        set { values[key.place] = newValue }
    }

    /// Every key of the contract with its value.
    public var dictionary: [String: Double?] {
        Dictionary(uniqueKeysWithValues: MetricKey.allCases.map { ($0.rawValue, self[$0]) })
    }
}

extension MetricSummary: Codable {
    /// A key that is absent is read as undefined.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: MetricKeyCoding.self)
        self.init()
        for key in MetricKey.allCases {
            self[key] = try container.decodeIfPresent(Double.self, forKey: MetricKeyCoding(key))
        }
    }

    /// Writes every key, null where it is undefined.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: MetricKeyCoding.self)
        for key in MetricKey.allCases { try container.encode(self[key], forKey: MetricKeyCoding(key)) }
    }
}

/// A metric's name as a coding key.
struct MetricKeyCoding: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ key: MetricKey) { stringValue = key.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}
