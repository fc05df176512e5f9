import LinearAlgebra
import Testing

@testable import Training

struct SearchAxisTests {
    private func axis(_ texts: String...) throws -> SearchAxis { try SearchAxis(key: "k", texts: texts) }

    @Test func `a range over a factor of ten goes by ratio, one value for each power of ten`() throws {
        #expect(try axis("1e-3..1e3").grid == ["0.001", "0.01", "0.1", "1", "10", "100", "1000"])
        #expect(try axis("0.01..1/5").grid == ["0.01", "0.03162", "0.1", "0.3162", "1"])
        #expect(try axis("0.5..0.9").grid == ["0.5", "0.6", "0.7", "0.8", "0.9"])
        #expect(try axis("-1..1/3").grid == ["-1", "0", "1"])
        #expect(try axis("soft", "hard").grid == ["soft", "hard"])
        #expect(try axis("../data").grid == ["../data"])
        var whole = SearchAxis.Range(low: 1, high: 4, steps: nil)
        whole.isWhole = true
        #expect(SearchAxis(key: "k", values: .range(whole)).grid == ["1", "2", "3", "4"])
    }

    @Test func `draws stay in the range, go by ratio where the grid does, and follow from the seed`() throws {
        let range = try axis("1e-4..1e4")
        var (one, two) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1))
        let drawn = (0 ..< 400).compactMap { _ in Double(range.draw(&one)) }
        #expect(drawn == (0 ..< 400).compactMap { _ in Double(range.draw(&two)) })
        #expect(drawn.count == 400 && drawn.allSatisfy { $0 >= 1e-4 && $0 <= 1e4 })
        // Half of them below the geometric middle; by difference it would be one in ten thousand.
        #expect((160 ... 240).contains(drawn.count { $0 < 1 }))
        let list = try axis("a", "b", "c")
        #expect(Set((0 ..< 60).map { _ in list.draw(&one) }) == ["a", "b", "c"])
        let steps = try axis("0..1/3")
        #expect(Set((0 ..< 60).map { _ in steps.draw(&one) }) == ["0", "0.5", "1"])
    }

    @Test func `what is no range and no list is refused`() {
        for text in ["5..1", "1..1", "1..x", "1..2/1", "1..2/x", "1..2/3/4", "1..inf", "0..1/1001"] {
            #expect(throws: SearchError.badRange(key: "k", found: text)) { try axis(text) }
        }
        #expect(throws: SearchError.emptyValue(key: "k")) { try axis("1", "") }
        #expect(throws: SearchError.repeated(key: "k", value: "1")) { try axis("1", "2", "1") }
    }
}
