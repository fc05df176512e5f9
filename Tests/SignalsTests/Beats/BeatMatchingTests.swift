import LinearAlgebra
import Testing

@testable import Signals

@Suite struct BeatMatchingTests {
    private func pair(_ reference: Int, _ test: Int) -> BeatMatching.Pair { .init(reference: reference, test: test) }

    @Test func `beats at the same places all match`() {
        let matching = BeatMatching(reference: [10, 20, 30], test: [10, 20, 30], tolerance: 3)
        #expect(matching.pairs == [pair(0, 0), pair(1, 1), pair(2, 2)])
        #expect(matching.missed.isEmpty && matching.extra.isEmpty)
    }

    @Test func `a beat just within the tolerance matches and one sample farther does not`() {
        #expect(BeatMatching(reference: [100], test: [154], tolerance: 54).pairs == [pair(0, 0)])
        let apart = BeatMatching(reference: [100], test: [155], tolerance: 54)
        #expect(apart.pairs.isEmpty && apart.missed == [0] && apart.extra == [0])
    }

    @Test func `of two test beats the nearer one takes the reference beat`() {
        let matching = BeatMatching(reference: [100], test: [60, 105], tolerance: 50)
        #expect(matching.pairs == [pair(0, 1)])
        #expect(matching.extra == [0])
    }

    @Test func `of two reference beats the nearer one takes the test beat`() {
        let matching = BeatMatching(reference: [60, 105], test: [100], tolerance: 50)
        #expect(matching.pairs == [pair(1, 0)])
        #expect(matching.missed == [0])
    }

    @Test func `a nearer next beat that has its own partner is left to it`() {
        let matching = BeatMatching(reference: [100, 130], test: [60, 125], tolerance: 50)
        #expect(matching.pairs == [pair(0, 0), pair(1, 1)])
    }

    @Test func `an empty side matches nothing`() {
        #expect(BeatMatching(reference: [], test: [1, 2], tolerance: 5).extra == [0, 1])
        #expect(BeatMatching(reference: [1, 2], test: [], tolerance: 5).missed == [0, 1])
    }

    /// The largest number of pairs that keep the order, by dynamic programming.
    private func mostPairs(_ reference: [Int], _ test: [Int], tolerance: Int) -> Int {
        var best = [[Int]](repeating: [Int](repeating: 0, count: test.count + 1), count: reference.count + 1)
        for left in 1 ... reference.count {
            for right in 1 ... test.count {
                let matches = abs(reference[left - 1] - test[right - 1]) <= tolerance
                best[left][right] = max(
                    best[left - 1][right], best[left][right - 1], matches ? best[left - 1][right - 1] + 1 : 0)
            }
        }
        return best[reference.count][test.count]
    }

    @Test(arguments: 1 ... 50 as ClosedRange<UInt64>)
    func `beats that are farther apart than twice the tolerance give the most pairs there are`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        func beats() -> [Int] {
            var place = 0
            return (0 ..< 40).map { _ in
                place += 110 + generator.integer(below: 200)
                return place
            }
        }
        let (reference, test) = (beats(), beats())
        let matching = BeatMatching(reference: reference, test: test, tolerance: 54)
        #expect(matching.pairs.count == mostPairs(reference, test, tolerance: 54))
        #expect(matching.pairs.count + matching.missed.count == reference.count)
        #expect(matching.pairs.count + matching.extra.count == test.count)
        #expect(matching.pairs.allSatisfy { abs(reference[$0.reference] - test[$0.test]) <= 54 })
    }
}
