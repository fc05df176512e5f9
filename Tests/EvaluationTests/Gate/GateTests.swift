import ClassificationMetrics
import Files
import Foundation
import TestSupport
import Testing

@testable import Evaluation

struct GateTests {
    /// A run with known macro F1 and Hamming loss, and a baseline for them.
    private static func verdict(
        _ metric: GatedMetric, found: Double?, baseline: Double, tolerance: GateBaseline.Tolerance
    ) throws -> GateOutcome.Verdict {
        try SampleRun.inFolder { folder in
            try SampleRun().write(to: folder)
            var text = try FileContent.text(of: "\(folder)/metrics.json")
            var document = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            var metrics = try #require(document["metrics"] as? [String: Any])
            metrics[metric.name] = found ?? NSNull() as Any
            document["metrics"] = metrics
            text = String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
            try AtomicFile.write(text, to: "\(folder)/metrics.json")
            let gate = try Gate(run: folder)
            let outcome = gate.check(
                against: GateBaseline(
                    datasetSHA256: Digest(of: "data"), n: 40,
                    entries: [.init(metric: metric, value: baseline, tolerance: tolerance)]))
            #expect(outcome.checks.count == 3)
            #expect(outcome.passes == !outcome.checks[2].isFailure)
            return outcome.checks[2].verdict
        }
    }

    @Test func `a score may decrease by its tolerance and no further`() throws {
        let f1 = GatedMetric.overall(.f1Macro)
        // 0.9 − 0.01 is slightly more than 0.89 as a double. The limit itself passes.
        #expect(try Self.verdict(f1, found: 0.89, baseline: 0.9, tolerance: .absolute(0.01)) == .pass)
        #expect(
            try Self.verdict(f1, found: 0.8899, baseline: 0.9, tolerance: .absolute(0.01))
                == .fail("worse by 0.0101, tolerance 0.01"))
        #expect(try Self.verdict(f1, found: 0.882, baseline: 0.9, tolerance: .relative(0.02)) == .pass)
        #expect(
            try Self.verdict(f1, found: 0.88, baseline: 0.9, tolerance: .relative(0.02))
                == .fail("worse by 0.02, tolerance 0.018"))
        #expect(try Self.verdict(f1, found: 0.9, baseline: 0.9, tolerance: .absolute(0)) == .pass)
    }

    @Test func `a loss may increase by its tolerance and no further`() throws {
        let loss = GatedMetric.overall(.hammingLoss)
        #expect(try Self.verdict(loss, found: 0.11, baseline: 0.1, tolerance: .absolute(0.01)) == .pass)
        #expect(
            try Self.verdict(loss, found: 0.12, baseline: 0.1, tolerance: .absolute(0.01))
                == .fail("worse by 0.02, tolerance 0.01"))
        #expect(try Self.verdict(loss, found: 0.05, baseline: 0.1, tolerance: .absolute(0.01)) == .better)
    }

    @Test func `better values never fail and are reported beyond the tolerance`() throws {
        let f1 = GatedMetric.overall(.f1Macro)
        #expect(try Self.verdict(f1, found: 0.905, baseline: 0.9, tolerance: .absolute(0.01)) == .pass)
        #expect(try Self.verdict(f1, found: 1, baseline: 0.9, tolerance: .absolute(0.01)) == .better)
    }

    @Test func `a missing value fails`() throws {
        let verdict = try Self.verdict(
            .overall(.rocAUCMacro), found: nil, baseline: 0, tolerance: .absolute(1))
        #expect(verdict == .fail("missing or undefined in this run"))
        let label = try Self.verdict(.ofLabel("no such", .f1), found: 1, baseline: 0, tolerance: .absolute(1))
        #expect(label == .fail("missing or undefined in this run"))
    }

    @Test func `another number of samples or another dataset fails`() throws {
        try SampleRun.inFolder { folder in
            try SampleRun().write(to: folder)
            let gate = try Gate(run: folder)
            let same = try gate.baseline(replacing: nil)
            #expect(gate.check(against: same).passes)
            var other = same
            other.n = 41
            #expect(gate.check(against: other).failures.map(\.name) == ["n"])
            other = same
            other.datasetSHA256 = Digest(of: "other data")
            #expect(gate.check(against: other).failures.map(\.name) == ["dataset_sha256"])
            #expect(gate.check(against: other).sentence.hasPrefix("The gate failed: 1 of 8 checks (dataset_sha256)."))
        }
    }

    @Test func `an update keeps metrics and tolerances and takes the run's numbers`() throws {
        try SampleRun.inFolder { folder in
            try SampleRun().write(to: folder)
            let gate = try Gate(run: folder)
            let old = GateBaseline(
                datasetSHA256: Digest(of: "older data"), n: 7,
                entries: [
                    .init(metric: .ofLabel("X.1", .recall), value: 0, tolerance: .relative(0.3)),
                    .init(metric: .overall(.ece), value: 1, tolerance: .absolute(0.02)),
                ])
            let new = try gate.baseline(replacing: old)
            #expect(new.n == 40 && new.datasetSHA256 == Digest(of: "data"))
            #expect(new.entries.map(\.metric) == old.entries.map(\.metric))
            #expect(new.entries.map(\.tolerance) == old.entries.map(\.tolerance))
            #expect(new.entries[0].value == gate.result.perLabel["X.1"]?.recall)
            #expect(new.entries[1].value == gate.result.metrics[.ece])
            #expect(gate.check(against: new).passes)
        }
    }

    @Test func `an update that would lose a metric is rejected`() throws {
        try SampleRun.inFolder { folder in
            try SampleRun().write(to: folder)
            let old = GateBaseline(
                datasetSHA256: Digest(of: "data"), n: 40,
                entries: [.init(metric: .ofLabel("W", .recall), value: 0, tolerance: .absolute(0))])
            #expect(throws: GateError.notMeasured(run: folder, metrics: ["per_label.W.recall"])) {
                _ = try Gate(run: folder).baseline(replacing: old)
            }
        }
    }

    @Test func `a folder without metrics is not a run`() throws {
        try SampleRun.inFolder { folder in
            #expect(throws: GateError.notARun(path: folder)) { _ = try Gate(run: folder) }
            try AtomicFile.write("{}", to: "\(folder)/metrics.json")
            #expect(throws: EvaluationError.self) { _ = try Gate(run: folder) }
        }
    }

    @Test func `the Markdown starts with the outcome`() throws {
        try SampleRun.inFolder { folder in
            try SampleRun().write(to: folder)
            let gate = try Gate(run: folder)
            var baseline = try gate.baseline(replacing: nil)
            #expect(gate.check(against: baseline).markdown.hasPrefix("### ✅ The gate passed: all 8 checks."))
            baseline.entries[0].value = 1
            let text = gate.check(against: baseline).markdown
            #expect(text.hasPrefix("### ❌ The gate failed: 1 of 8 checks (f1\\_macro)."))
            #expect(text.contains("| f1\\_macro | 1 | ≥ 0.99 |"))
        }
    }
}
