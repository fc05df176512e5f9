import ClassificationMetrics
import LinearAlgebra
import Testing

struct LabelCountsTests {
    private static let counts = LabelCounts(
        truePositives: 20, falsePositives: 5, falseNegatives: 10, trueNegatives: 15)

    @Test func `Cohen's kappa of a textbook table`() throws {
        // Of 50 decisions, 35 agree. By chance (30·25 + 20·25)/50 = 25 would: (35 − 25)/(50 − 25).
        #expect(abs(try #require(Self.counts.cohenKappa) - 0.4) < 1e-15)
    }

    @Test func `balanced accuracy and Matthews correlation of the same table`() throws {
        // Recalls 20/30 and 15/20; (20·15 − 5·10) / √(30 · 25 · 20 · 25).
        let balanced = try #require(Self.counts.balancedAccuracy)
        #expect(abs(balanced - 17.0 / 24) < 1e-15)
        let expected = 250 / (375_000.0).squareRoot()
        #expect(abs(Self.counts.matthewsCorrelation - expected) < 1e-15)
    }

    @Test func `kappa and balanced accuracy of empty counts are undefined`() {
        #expect(LabelCounts().cohenKappa == nil)
        #expect(LabelCounts().balancedAccuracy == nil)
        #expect(LabelCounts().matthewsCorrelation == 0)
    }

    @Test func `large tables do not overflow`() throws {
        let million = 1_000_000
        let counts = LabelCounts(
            truePositives: 3 * million, falsePositives: million, falseNegatives: million, trueNegatives: 3 * million)
        #expect(abs(counts.matthewsCorrelation - 0.5) < 1e-15)
        #expect(abs(try #require(counts.cohenKappa) - 0.5) < 1e-15)
    }

    @Test func `counts by label and by sample have the same sums`() throws {
        var random = SeededGenerator(seed: 8)
        let set = try MetricFixtures.set(rows: 30, labels: 4, levels: 6, random: &random)
        let labels = labelCounts(truth: set.truth, decision: set.decision)
        let samples = sampleCounts(truth: set.truth, decision: set.decision)
        func sum(_ counts: [LabelCounts], _ cell: (LabelCounts) -> Int) -> Int { counts.reduce(0) { $0 + cell($1) } }
        for cell in [\LabelCounts.truePositives, \.falsePositives, \.falseNegatives, \.trueNegatives] {
            #expect(sum(labels) { $0[keyPath: cell] } == sum(samples) { $0[keyPath: cell] })
        }
        #expect(sum(labels, \.total) == 120)
        #expect(labels.map(\.support) == set.truth.support)
        #expect(labels.map(\.predicted) == set.decision.support)
    }
}
