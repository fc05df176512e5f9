import ClassificationMetrics
import Files
import Foundation
import Imaging
import LinearAlgebra

/// The content of `robustness.json`: every metric under each perturbation and for the original pictures.
public struct RobustnessResult: Codable, Equatable, Sendable {
    public let n: Int
    /// The metrics of the original pictures.
    public let clean: MetricSummary
    /// The perturbations in display order.
    public let perturbations: [Row]
    /// The seed of the perturbations.
    public let seed: UInt64
    public let inputs: EvaluationResult.Inputs

    enum CodingKeys: String, CodingKey {
        case n, clean
        case perturbations = "disturbances"
        case seed, inputs
    }

    public struct Row: Codable, Equatable, Sendable {
        public let name: String
        public let definition: String
        /// The number of pictures that could no longer be read. Each counts as wrong.
        public let refused: Int
        public let metrics: MetricSummary
        /// The differences by the metric's name, without metrics that are undefined on either side.
        public let differences: [String: Difference]
    }

    /// Perturbed − original, on the same samples.
    public struct Difference: Codable, Equatable, Sendable {
        public let value: Double
        /// The 95 % bootstrap interval [low, high]; nil if not requested.
        public let interval: [Double]?
    }

    /// Computes robustness from the files.
    ///
    /// - Parameter replicates: The number of bootstrap replicates; 0 for no intervals.
    /// - Throws: `MetricsError` for scores that are not probabilities.
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
        perturbations = try files.perturbed.map { perturbed in
            let set = try perturbed.scoredSet()
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
                name: perturbed.kind.rawValue, definition: perturbed.kind.definition, refused: perturbed.refused.count,
                metrics: metrics, differences: differences)
        }
    }

    /// Returns the JSON text with sorted keys, so that files can be compared line by line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self) + Data("\n".utf8)
    }
}
