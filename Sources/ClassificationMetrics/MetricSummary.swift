import LinearAlgebra

/// The `metrics` block of `metrics.json`: one value per key, nil where undefined.
///
/// The definitions are those of scikit-learn with `zero_division = 0`. Without samples every metric is undefined.
/// `roc_auc_macro` is undefined if the truth of a label has one class only, `uncertain_fraction` if the classifier
/// never abstains.
///
/// ```swift
/// let truth = LabelMatrix([[1, 0], [0, 1], [1, 1]])
/// let decision = LabelMatrix([[1, 0], [0, 1], [0, 1]])
/// print(f1(truth: truth, decision: decision, average: .macro))
/// ```
public struct MetricSummary: Equatable, Sendable {
    private var values: [Double?]

    /// Creates a summary of known values. Other keys are undefined.
    public init(_ values: [MetricKey: Double] = [:]) {
        self.values = MetricKey.allCases.map { values[$0] }
    }

    public init(of set: ScoredSet) {
        self.init()
        guard set.truth.rows > 0, set.truth.columns > 0 else { return }
        for key in MetricKey.allCases { self[key] = key.definition.value(set) }
    }

    /// - Parameters:
    ///   - truth: n × L.
    ///   - scores: n × L, probabilities.
    ///   - decision: n × L.
    ///   - uncertain: n values, or nil if the classifier never abstains.
    /// - Throws: `MetricsError` if a score is not a number from 0 to 1.
    public init(
        truth: LabelMatrix, scores: Matrix<Double>, decision: LabelMatrix, uncertain: [Bool]? = nil
    ) throws {
        self.init(of: try ScoredSet(truth: truth, scores: scores, decision: decision, uncertain: uncertain))
    }

    public subscript(key: MetricKey) -> Double? {
        get { values[key.place] }
        set { values[key.place] = newValue }
    }
}

extension MetricSummary: Codable {
    /// Decodes a summary. An absent key is undefined.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: MetricKeyCoding.self)
        self.init()
        for key in MetricKey.allCases {
            self[key] = try container.decodeIfPresent(Double.self, forKey: MetricKeyCoding(key))
        }
    }

    /// Encodes every key, null where undefined.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: MetricKeyCoding.self)
        for key in MetricKey.allCases { try container.encode(self[key], forKey: MetricKeyCoding(key)) }
    }
}

/// A metric key as a coding key.
struct MetricKeyCoding: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ key: MetricKey) { stringValue = key.rawValue }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}
