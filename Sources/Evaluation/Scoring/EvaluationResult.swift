import ClassificationMetrics
import Files
import Foundation

/// What `metrics.json` holds.
public struct EvaluationResult: Codable, Equatable, Sendable {
    /// What the data set is called.
    public let dataset: String
    public let n: Int
    /// The label codes, in the order of the score columns.
    public let labels: [String]
    public let metrics: MetricSummary
    /// 95 % bootstrap intervals [low, high] of each metric that has one.
    public let intervals: [String: [Double]]
    /// By label code.
    public let perLabel: [String: PerLabelSummary]
    /// By the classifier's name.
    public let members: [String: MetricSummary]
    /// Of the naive answer: always the most frequent labels of the training rows.
    public let baseline: MetricSummary
    /// Which rows were scored: `test`, `validation`, `out-of-fold` or `all`.
    public let part: String
    /// How the pictures were prepared, for example `neutral 224`.
    public let preprocessing: String
    /// What a reader must know before believing the numbers.
    public let warnings: [String]
    public let inputs: Inputs
    /// Of a cross-validation.
    public let folds: FoldResults?
    /// Where beats of known records were scored.
    public let ec57: EC57Results.Summary?
    /// What conformal prediction promised and kept; nil without it.
    public let coverage: CoverageResult?
    /// What leaving unsure samples to a person buys; nil without samples.
    public let riskCoverage: RiskCoverageResult?

    /// Digests of what went in.
    public struct Inputs: Codable, Equatable, Sendable {
        public let datasetSHA256: Digest
        public let modelSHA256: Digest

        enum CodingKeys: String, CodingKey {
            case datasetSHA256 = "dataset_sha256"
            case modelSHA256 = "model_sha256"
        }

        public init(datasetSHA256: Digest, modelSHA256: Digest) {
            self.datasetSHA256 = datasetSHA256
            self.modelSHA256 = modelSHA256
        }
    }

    public init(
        dataset: String, n: Int, labels: [String], metrics: MetricSummary, intervals: [String: [Double]],
        perLabel: [String: PerLabelSummary], members: [String: MetricSummary], baseline: MetricSummary, part: String,
        preprocessing: String, warnings: [String], inputs: Inputs, folds: FoldResults? = nil,
        ec57: EC57Results.Summary? = nil, coverage: CoverageResult? = nil, riskCoverage: RiskCoverageResult? = nil
    ) {
        self.dataset = dataset
        self.n = n
        self.labels = labels
        self.metrics = metrics
        self.intervals = intervals
        self.perLabel = perLabel
        self.members = members
        self.baseline = baseline
        self.part = part
        self.preprocessing = preprocessing
        self.warnings = warnings
        self.inputs = inputs
        self.folds = folds
        self.ec57 = ec57
        self.coverage = coverage
        self.riskCoverage = riskCoverage
    }

    enum CodingKeys: String, CodingKey {
        case dataset, n, labels, metrics, intervals
        case perLabel = "per_label"
        case members, baseline, part, preprocessing, warnings, inputs, folds, ec57, coverage
        case riskCoverage = "risk_coverage"
    }

    /// The file's text: keys in order, so that two files can be compared line by line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }

    /// Reads a `metrics.json`.
    ///
    /// - Throws: `FileError`, `EvaluationError.notMetrics`.
    public init(contentsOf path: String) throws {
        do {
            self = try JSONDecoder().decode(EvaluationResult.self, from: try FileContent.bytes(of: path))
        } catch let error as DecodingError {
            throw EvaluationError.notMetrics(file: path, reason: error.sentence)
        }
    }
}
