import Classifiers
import LinearAlgebra
import TestSupport
import Testing

struct ThresholdTuningTests {
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `the thresholds equal those of the reference`() throws {
        let (scores, truth) = try DecisionOracle.scored()
        let expected = try DecisionOracle.read("thresholds.json", as: DecisionOracle.Thresholds.self).perLabel
        let tuned = ThresholdTuning.tuned(scores: scores, truth: truth)
        #expect(tuned.count == expected.count)
        for (found, expected) in zip(tuned, expected) {
            #expect(found.threshold == expected.t)
            #expect(abs(try #require(found.value) - expected.f1) < 1e-12)
        }
    }

    @Test func `the highest of equally good thresholds is selected`() {
        // 0.8: tp 1, fp 0, fn 1 → 2/3; 0.6: tp 1, fp 1, fn 1 → 1/2; 0.4: tp 2, fp 2 → 2/3.
        let tuned = ThresholdTuning.tuned(scores: [0.8, 0.6, 0.4, 0.4], truth: [1, 0, 1, 0])
        #expect(tuned == TunedThreshold(threshold: 0.8, value: 2.0 / 3))
    }

    @Test(arguments: ThresholdGoal.allCases)
    func `a search over all scores gives the same threshold`(goal: ThresholdGoal) throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0 ..< 20 {
            let scores = (0 ..< 30).map { _ in Double(random.integer(below: 12)) / 12 }
            let truth = scores.map { random.uniform() < $0 ? UInt8(1) : 0 }
            guard truth.contains(1), truth.contains(0) else { continue }
            let tuned = ThresholdTuning.tuned(scores: scores, truth: truth, goal: goal)
            var best: (threshold: Double, value: Double)?
            for threshold in Set(scores).sorted(by: >) {
                let value = Self.value(goal, truth, scores.map { $0 >= threshold })
                if best.map({ value > $0.value + 1e-12 }) ?? true { best = (threshold, value) }
            }
            #expect(tuned.threshold == best?.threshold)
            #expect(abs(try #require(tuned.value) - best!.value) < 1e-12)
        }
    }

    @Test(arguments: ThresholdGoal.allCases)
    func `without positives, the threshold is even odds`(goal: ThresholdGoal) {
        let expected = TunedThreshold(threshold: 0.5, value: nil)
        #expect(ThresholdTuning.tuned(scores: [0.1, 0.9], truth: [0, 0], goal: goal) == expected)
        #expect(ThresholdTuning.tuned(scores: [], truth: [], goal: goal) == expected)
    }

    @Test func `a score at the threshold is decided`() {
        let decision = ThresholdTuning.decision(scores: Matrix([[0.5, 0.5], [0.4, 0.6]]), thresholds: [0.5, 0.6])
        #expect(decision == LabelMatrix([[1, 0], [0, 1]]))
    }

    /// Computes the metric by its definition, one answer at a time.
    private static func value(_ goal: ThresholdGoal, _ truth: [UInt8], _ decided: [Bool]) -> Double {
        func count(_ isTrue: UInt8, _ isDecided: Bool) -> Double {
            Double(zip(truth, decided).count { $0.0 == isTrue && $0.1 == isDecided })
        }
        let (tp, fp, fn, tn) = (count(1, true), count(0, true), count(1, false), count(0, false))
        switch goal {
        case .f1:
            return tp > 0 ? 2 / ((tp + fp) / tp + (tp + fn) / tp) : 0
        case .balancedAccuracy:
            return (tp / (tp + fn) + tn / (tn + fp)) / 2
        case .matthewsCorrelation:
            let product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
            return product > 0 ? (tp * tn - fp * fn) / product.squareRoot() : 0
        }
    }
}
