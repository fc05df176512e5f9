import ClassificationMetrics
import Files
import Foundation
import Runs

/// Compares a run with a baseline.
public struct Gate: Sendable {
    /// The run's folder, as given by the user.
    public let run: String
    public let result: EvaluationResult

    /// - Parameter run: A run's folder, or an output folder of `heartsense evaluate`.
    /// - Throws: `GateError.notARun`, `FileError`, `EvaluationError.notMetrics`.
    public init(run: String) throws {
        let metrics = "\(run)/\(RunFolder.File.metrics.rawValue)"
        guard FileManager.default.fileExists(atPath: metrics) else { throw GateError.notARun(path: run) }
        self.run = run
        result = try EvaluationResult(contentsOf: metrics)
    }

    /// Compares every number of the baseline.
    public func check(against baseline: GateBaseline) -> GateOutcome {
        var checks = [
            GateOutcome.Check(
                name: "n", expected: "\(baseline.n)", found: "\(result.n)",
                verdict: baseline.n == result.n ? .pass : .fail("different number of samples")),
            GateOutcome.Check(
                name: "dataset_sha256", expected: baseline.datasetSHA256.description,
                found: result.inputs.datasetSHA256.description,
                verdict: baseline.datasetSHA256 == result.inputs.datasetSHA256
                    ? .pass : .fail("different dataset, so the metrics are not comparable")),
        ]
        checks += baseline.entries.map(check)
        return GateOutcome(run: run, experiment: result.dataset, checks: checks)
    }

    private func check(_ entry: GateBaseline.Entry) -> GateOutcome.Check {
        let found = entry.metric.value(in: result)
        return GateOutcome.Check(
            name: entry.metric.name, expected: GateOutcome.number(entry.value), found: found.map(GateOutcome.number),
            limit: (entry.metric.isHigherBetter ? "≥ " : "≤ ") + GateOutcome.number(entry.limit),
            change: found.map { $0 - entry.value }, verdict: Self.verdict(of: found, entry))
    }

    /// Compares with tolerance for rounding: 0.89 passes a baseline of 0.9 with a tolerance of 0.01, even if
    /// 0.9 − 0.01 is rounded up.
    private static let rounding = 1e-12

    private static func verdict(of found: Double?, _ entry: GateBaseline.Entry) -> GateOutcome.Verdict {
        guard let found else { return .fail("missing or undefined in this run") }
        let gain = entry.metric.isHigherBetter ? found - entry.value : entry.value - found
        let width = entry.tolerance.width(at: entry.value)
        if gain < -width - rounding {
            return .fail("worse by \(GateOutcome.number(-gain)), tolerance \(GateOutcome.number(width))")
        }
        return gain > max(width, rounding) ? .better : .pass
    }

    /// Returns a baseline with this run's numbers. Metrics and tolerances come from `old`, or are the default ones.
    ///
    /// - Throws: `GateError.notMeasured` if the run lacks a metric of `old`.
    public func baseline(replacing old: GateBaseline?) throws -> GateBaseline {
        let wanted =
            old?.entries.map { ($0.metric, $0.tolerance) }
            ?? Self.usualMetrics.map { (.overall($0), .absolute(Self.usualTolerance)) }
            .filter { $0.0.value(in: result) != nil }
        let missing = wanted.filter { $0.0.value(in: result) == nil }.map(\.0.name)
        guard missing.isEmpty, !wanted.isEmpty else {
            throw GateError.notMeasured(
                run: run, metrics: missing.isEmpty ? Self.usualMetrics.map(\.rawValue) : missing)
        }
        return GateBaseline(
            datasetSHA256: result.inputs.datasetSHA256, n: result.n,
            entries: wanted.map { metric, tolerance in
                GateBaseline.Entry(metric: metric, value: metric.value(in: result) ?? 0, tolerance: tolerance)
            })
    }

    /// The metrics of a new baseline: shares between 0 and 1, to which the same tolerance applies.
    private static let usualMetrics: [MetricKey] = [
        .f1Macro, .f1Micro, .rocAUCMacro, .averagePrecisionMacro, .top1Accuracy, .top1F1Macro,
    ]
    private static let usualTolerance = 0.01
}
