import Testing

@testable import Serving

struct ConnectionCountsTests {
    @Test func `a network has at most its number of connections, and others have their own`() {
        let counts = ConnectionCounts(limit: 2)
        #expect(counts.enter("a") && counts.enter("a") && !counts.enter("a"))
        #expect(counts.enter("b"))
        counts.leave("a")
        #expect(counts.enter("a") && !counts.enter("a"))
    }
}
