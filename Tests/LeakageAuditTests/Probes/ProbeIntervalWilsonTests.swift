import Testing

@testable import LeakageAudit

@Suite struct ProbeIntervalWilsonTests {
    @Test func `the bound solves its quadratic equation`() {
        // At the bound p the share lies z standard errors of p above it: (share − p)² n = z² p (1 − p).
        for (share, count) in [(0.5, 10), (0.9, 40), (1, 7), (0.03, 200)] {
            let bound = WilsonInterval.lowerBound(of: share, in: count)
            let z = 1.6448536269514722
            #expect(abs((share - bound) * (share - bound) * Double(count) - z * z * bound * (1 - bound)) < 1e-9)
            #expect(bound < share && bound >= 0)
        }
    }

    @Test func `no rows give a bound of 0, and more rows a higher bound`() {
        #expect(WilsonInterval.lowerBound(of: 1, in: 0) == 0)
        #expect(WilsonInterval.lowerBound(of: 0, in: 5) == 0)
        let bounds = [1, 5, 20, 100, 10_000].map { WilsonInterval.lowerBound(of: 1, in: $0) }
        #expect(bounds == bounds.sorted() && bounds[4] > 0.999)
    }
}
