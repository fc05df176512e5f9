import ClassificationMetrics
import Files
import Foundation

/// The content of `metrics.json`.
public struct EvaluationResult: Codable, Equatable, Sendable {
    /// The name of the dataset.
    public let dataset: String
    public let n: Int
    /// The label codes, in the order of the score columns.
    public let labels: [String]
    public let metrics: MetricSummary
    /// 95 % bootstrap intervals [low, high] of each metric that has one.
    public let intervals: [String: [Double]]
    /// The statistics by label code.
    public let perLabel: [String: PerLabelSummary]
    /// The metrics by the classifier's name.
    public let members: [String: MetricSummary]
    /// The weight in the vote by the classifier's name; nil in files of older versions.
    public let voteWeights: [String: Double]?
    /// The metrics of the naive baseline, which always predicts the most frequent labels of the training rows.
    public let baseline: MetricSummary
    /// The scored rows: `test`, `validation`, `out-of-fold` or `all`.
    public let part: String
    /// The preprocessing of the pictures, for example `neutral 224`.
    public let preprocessing: String
    /// The warnings that qualify the figures.
    public let warnings: [String]
    public let inputs: Inputs
    /// The results of a cross-validation by fold.
    public let folds: FoldResults?
    /// The results for beats of known records.
    public let ec57: EC57Results.Summary?
    /// The nominal and the observed coverage of conformal prediction; nil without it.
    public let coverage: CoverageResult?
    /// The risk–coverage trade-off of abstention; nil without samples.
    public let riskCoverage: RiskCoverageResult?

    /// The digests of the inputs.
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
        perLabel: [String: PerLabelSummary], members: [String: MetricSummary],
        voteWeights: [String: Double]?, baseline: MetricSummary, part: String,
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
        self.voteWeights = voteWeights
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
        case members
        case voteWeights = "vote_weights"
        case baseline, part, preprocessing, warnings, inputs, folds, ec57, coverage
        case riskCoverage = "risk_coverage"
    }

    /// Returns the JSON text with sorted keys, so that files can be compared line by line.
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
