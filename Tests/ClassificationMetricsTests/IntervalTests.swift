import Testing

@testable import ClassificationMetrics

struct IntervalTests {
    @Test func `percentiles are interpolated as in numpy`() throws {
        // numpy.percentile([1, 2, 3, 4, 10], [10, 90]) is [1.4, 7.6]
        let interval = try #require(Interval(percentilesOf: [10, 2, 4, 1, 3], level: 0.8))
        #expect(abs(interval.lower - 1.4) < 1e-12)
        #expect(abs(interval.upper - 7.6) < 1e-12)
        #expect(interval.undefinedReplicates == 0)
    }

    @Test func `undefined replicates are left out and counted`() throws {
        let interval = try #require(Interval(percentilesOf: [.nan, 5, .nan, 5], level: 0.95))
        #expect(interval == Interval(lower: 5, upper: 5, undefinedReplicates: 2))
        #expect(Interval(percentilesOf: [.nan, .nan], level: 0.95) == nil)
    }
}
