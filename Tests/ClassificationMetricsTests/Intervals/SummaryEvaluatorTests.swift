import LinearAlgebra
import Testing

@testable import ClassificationMetrics

struct SummaryEvaluatorTests {
    @Test func `a multiplicity of two equals repeating the row`() throws {
        var random = SeededGenerator(seed: 31)
        for levels in [3, 1000] {
            let set = try MetricFixtures.set(rows: 45, labels: 4, levels: levels, random: &random)
            let evaluator = SummaryEvaluator(set)
            for replicate in 0 ..< 10 {
                let counts = Resampling(rows: 45, groups: nil).counts(seed: 9, replicate: replicate)
                let repeated = set.selecting(
                    rows: counts.indices.flatMap { Array(repeating: $0, count: Int(counts[$0])) })
                let found = evaluator.summary(counts: counts)
                let expected = MetricSummary(of: repeated)
                for key in MetricKey.allCases {
                    switch (found.metrics[key], expected[key]) {
                    case (nil, nil): break
                    case (let found?, let expected?): #expect(abs(found - expected) < 1e-12, "\(key)")
                    default: Issue.record("\(key) is undefined in one of the two")
                    }
                }
                #expect(found.perLabel == PerLabelSummary.perLabel(of: repeated))
            }
        }
    }

    @Test func `multiplicities of zero leave every metric undefined`() throws {
        var random = SeededGenerator(seed: 32)
        let set = try MetricFixtures.set(rows: 5, labels: 2, levels: 3, random: &random)
        let found = SummaryEvaluator(set).summary(counts: [0, 0, 0, 0, 0])
        #expect(MetricKey.allCases.allSatisfy { found.metrics[$0] == nil })
    }
}
