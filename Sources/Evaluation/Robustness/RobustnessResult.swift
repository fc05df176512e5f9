import ClassificationMetrics
import Files
import Foundation
import Imaging
import LinearAlgebra

/// What `robustness.json` holds: every metric under each disturbance beside that of the pictures as they are.
public struct RobustnessResult: Codable, Equatable, Sendable {
    public let n: Int
    /// Of the pictures as they are.
    public let clean: MetricSummary
    /// In the order in which they are shown.
    public let disturbances: [Row]
    /// Of what is random in the disturbances.
    public let seed: UInt64
    public let inputs: EvaluationResult.Inputs

    public struct Row: Codable, Equatable, Sendable {
        public let name: String
        public let definition: String
        /// Pictures that could no longer be read; each counts as wrong.
        public let refused: Int
        public let metrics: MetricSummary
        /// By the metric's name; a metric that is undefined on either side has none.
        public let differences: [String: Difference]
    }

    /// Disturbed − clean, on the same samples.
    public struct Difference: Codable, Equatable, Sendable {
        public let value: Double
        /// The 95 % bootstrap interval [low, high]; nil where none was asked for.
        public let interval: [Double]?
    }

    /// Computes every number from the files.
    ///
    /// - Parameter replicates: of the bootstrap; 0 for no intervals.
    /// - Throws: `MetricsError` for scores that are no probabilities.
    init(
        of files: RobustnessFiles, inputs: EvaluationResult.Inputs, replicates: Int, seed: UInt64, workers: Workers
    ) throws {
        let table = files.clean
        let clean = try ScoredSet(
            truth: table.truth, scores: table.scores, decision: table.decision, uncertain: table.uncertain)
        let summary = MetricSummary(of: clean)
        n = table.paths.count
        self.clean = summary
        self.seed = RobustnessScoring.seed
        self.inputs = inputs
        let isResampled = replicates > 0 && table.paths.count > 1
        disturbances = try files.disturbed.map { disturbed in
            let set = try disturbed.scoredSet()
            let metrics = MetricSummary(of: set)
            let paired =
                isResampled
                ? Bootstrap(replicates: replicates, seed: seed).differences(
                    first: clean, second: set, groups: files.groups, workers: workers) : [:]
            var differences: [String: Difference] = [:]
            for key in MetricKey.allCases {
                guard let before = summary[key], let after = metrics[key] else { continue }
                differences[key.rawValue] = Difference(
                    value: after - before, interval: paired[key]?.interval.map { [$0.lower, $0.upper] })
            }
            return Row(
                name: disturbed.kind.rawValue, definition: disturbed.kind.definition, refused: disturbed.refused.count,
                metrics: metrics, differences: differences)
        }
    }

    /// The file's text: keys in order, so that two files can be compared line by line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
