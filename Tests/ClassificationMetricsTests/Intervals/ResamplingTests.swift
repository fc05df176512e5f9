import Testing

@testable import ClassificationMetrics

struct ResamplingTests {
    @Test func `as many rows are drawn as there are`() {
        let resampling = Resampling(rows: 30, groups: nil)
        let first = resampling.counts(seed: 4, replicate: 0)
        #expect(first.reduce(0, +) == 30)
        #expect(first == resampling.counts(seed: 4, replicate: 0))
        #expect(first != resampling.counts(seed: 4, replicate: 1))
        #expect(first != resampling.counts(seed: 5, replicate: 0))
    }

    @Test func `rows of a group are drawn together`() {
        let groups = ["b", "a", "b", "c", "a", "b"]
        let resampling = Resampling(rows: 6, groups: groups)
        #expect(resampling.units == 3)
        for replicate in 0 ..< 20 {
            let counts = resampling.counts(seed: 1, replicate: replicate)
            #expect(counts[0] == counts[2] && counts[2] == counts[5])
            #expect(counts[1] == counts[4])
            #expect(counts[0] + counts[1] + counts[3] == 3)
        }
    }

    @Test func `all rows are drawn equally often over many replicates`() {
        let resampling = Resampling(rows: 10, groups: nil)
        var sums = [Int32](repeating: 0, count: 10)
        for replicate in 0 ..< 2000 {
            for (row, count) in resampling.counts(seed: 2, replicate: replicate).enumerated() { sums[row] += count }
        }
        // Binomial(20000, 1/10): standard deviation 42.
        #expect(sums.allSatisfy { abs($0 - 2000) < 200 })
    }
}
