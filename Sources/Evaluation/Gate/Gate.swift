import ClassificationMetrics
import Files
import Foundation
import Runs

/// Holds a run to the numbers of a baseline.
public struct Gate: Sendable {
    /// The run's folder, as the user named it.
    public let run: String
    public let result: EvaluationResult

    /// - Parameter run: a run's folder, or one that `heartsense evaluate` wrote.
    /// - Throws: `GateError.notARun`, `FileError`, `EvaluationError.notMetrics`.
    public init(run: String) throws {
        let metrics = "\(run)/\(RunFolder.File.metrics.rawValue)"
        guard FileManager.default.fileExists(atPath: metrics) else { throw GateError.notARun(path: run) }
        self.run = run
        result = try EvaluationResult(contentsOf: metrics)
    }

    /// Compares every number that the baseline names.
    public func check(against baseline: GateBaseline) -> GateOutcome {
        var checks = [
            GateOutcome.Check(
                name: "n", expected: "\(baseline.n)", found: "\(result.n)",
                verdict: baseline.n == result.n ? .pass : .fail("another number of samples was scored")),
            GateOutcome.Check(
                name: "dataset_sha256", expected: baseline.datasetSHA256.description,
                found: result.inputs.datasetSHA256.description,
                verdict: baseline.datasetSHA256 == result.inputs.datasetSHA256
                    ? .pass : .fail("this is another data set, so its numbers cannot be held to these")),
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

    /// 0.89 passes a baseline of 0.9 with a tolerance of 0.01, though 0.9 − 0.01 may be rounded to a little more.
    private static let rounding = 1e-12

    private static func verdict(of found: Double?, _ entry: GateBaseline.Entry) -> GateOutcome.Verdict {
        guard let found else { return .fail("not measured, or undefined, in this run") }
        let gain = entry.metric.isHigherBetter ? found - entry.value : entry.value - found
        let width = entry.tolerance.width(at: entry.value)
        if gain < -width - rounding {
            return .fail("worse by \(GateOutcome.number(-gain)), \(GateOutcome.number(width)) is tolerated")
        }
        return gain > max(width, rounding) ? .better : .pass
    }

    /// The baseline that this run passes exactly: the metrics and tolerances of `old`, or the usual metrics where there
    /// is none.
    ///
    /// - Throws: `GateError.notMeasured` if the run lacks a metric that `old` holds.
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

    /// What a new baseline holds: shares between 0 and 1, where one tolerance means the same for all.
    private static let usualMetrics: [MetricKey] = [
        .f1Macro, .f1Micro, .rocAUCMacro, .averagePrecisionMacro, .top1Accuracy, .top1F1Macro,
    ]
    private static let usualTolerance = 0.01
}
