import ClassificationMetrics
import Classifiers
import Datasets
import Files
import Foundation
import LinearAlgebra

/// Computes metrics, intervals, figures and a report from files of scores. The model is not needed.
public struct EvaluationRun: Sendable {
    /// The context of the scores.
    public struct Context: Sendable {
        public var dataset: String
        public var part: String
        public var preprocessing: String
        public var warnings: [String]
        public var inputs: EvaluationResult.Inputs
        /// The number of bootstrap replicates; 0 for no intervals.
        public var replicates: Int
        public var seed: UInt64
        /// The weight in the vote by the classifier's name.
        public var voteWeights: [String: Double]?
        /// The conformal predictor of `scores/conformal.csv`; nil without conformal prediction.
        public var conformal: ConformalLabels?

        public init(
            dataset: String, part: String, preprocessing: String, warnings: [String],
            inputs: EvaluationResult.Inputs, replicates: Int, seed: UInt64,
            voteWeights: [String: Double]? = nil, conformal: ConformalLabels? = nil
        ) {
            self.dataset = dataset
            self.part = part
            self.preprocessing = preprocessing
            self.warnings = warnings
            self.inputs = inputs
            self.replicates = replicates
            self.seed = seed
            self.voteWeights = voteWeights
            self.conformal = conformal
        }
    }

    public let files: ScoredFiles
    public let result: EvaluationResult
    /// The 95 % intervals; nil if not requested.
    public let intervals: BootstrapIntervals?
    /// The results for beats of known records.
    public let ec57: EC57Results?

    /// Computes all results.
    ///
    /// - Throws: `MetricsError` for scores that are not probabilities.
    public init(of files: ScoredFiles, context: Context, workers: Workers) throws {
        func scored(_ table: PredictionTable, isEnsemble: Bool = false) throws -> ScoredSet {
            try ScoredSet(
                truth: table.truth, scores: table.scores, decision: table.decision,
                uncertain: isEnsemble ? table.uncertain : nil)
        }
        let set = try scored(files.ensemble, isEnsemble: true)
        var intervals: BootstrapIntervals?
        if context.replicates > 0, files.ensemble.paths.count > 1 {
            let bootstrap = Bootstrap(replicates: context.replicates, seed: context.seed)
            intervals = bootstrap.intervals(of: set, groups: files.groups, workers: workers)
        }
        self.intervals = intervals
        let codes = files.ensemble.codes
        let coverage = files.answers.flatMap { answers in
            context.conformal.map { conformal in
                CoverageResult(
                    ConformalCoverage(promised: 1 - conformal.alpha, answers: answers, truth: files.ensemble.truth),
                    codes: codes, bounds: conformal.bounds)
            }
        }
        // Beats have their record in the path: a group may be a patient with several.
        let records = files.groups.map { groups in
            zip(files.ensemble.paths, groups).map { AnnotatedBeats.recordName($0) ?? $1 }
        }
        ec57 = EC57Results(of: files.ensemble, records: records)
        result = EvaluationResult(
            dataset: context.dataset, n: files.ensemble.paths.count, labels: codes, metrics: MetricSummary(of: set),
            intervals: intervals?.dictionary ?? [:],
            perLabel: Dictionary(uniqueKeysWithValues: zip(codes, PerLabelSummary.perLabel(of: set))),
            members: try Dictionary(
                uniqueKeysWithValues: files.members.map { ($0.name, MetricSummary(of: try scored($0.table))) }),
            voteWeights: context.voteWeights, baseline: MetricSummary(of: try scored(files.baseline)),
            part: context.part,
            preprocessing: context.preprocessing,
            warnings: context.warnings + (coverage?.warnings(codes: codes).map(\.description) ?? []),
            inputs: context.inputs, folds: files.folds.map { FoldResults(of: set, folds: $0) }, ec57: ec57?.summary,
            coverage: coverage, riskCoverage: RiskCoverageResult(of: files.ensemble))
        self.files = files
    }
}
