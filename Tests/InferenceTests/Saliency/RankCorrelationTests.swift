import Testing

@testable import Inference

struct RankCorrelationTests {
    @Test func `it depends on order and not on size`() {
        #expect(RankCorrelation.spearman([1, 2, 3], [1, 10, 1000]) == 1)
        #expect(RankCorrelation.spearman([1, 2, 3], [3, 2, 1]) == -1)
    }

    @Test func `ties share their ranks`() throws {
        // Ranks 0, 1½, 1½, 3 and 0, 1, 2, 3: 4½ / √(4½ · 5), equal to scipy.stats.spearmanr: 0.9486833.
        let value = try #require(RankCorrelation.spearman([1, 2, 2, 3], [1, 2, 3, 4]))
        #expect(abs(value - 4.5 / 22.5.squareRoot()) < 1e-15)
    }

    @Test func `a constant list has no correlation`() {
        #expect(RankCorrelation.spearman([1, 1, 1], [1, 2, 3]) == nil)
        #expect(RankCorrelation.spearman([], []) == nil)
    }
}
