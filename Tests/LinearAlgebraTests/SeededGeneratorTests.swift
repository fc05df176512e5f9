import LinearAlgebra
import Testing

@Suite struct SeededGeneratorTests {
    /// The output of the reference implementation for the state that splitmix64 makes from seed 0
    /// (prng.di.unimi.it, xoshiro256starstar.c compiled and run once).
    @Test func `the first numbers equal those of the reference implementation`() {
        var generator = SeededGenerator(seed: 0)
        #expect(generator.next() == 0x99EC_5F36_CB75_F2B4)
        #expect(generator.next() == 0xBF6E_1F78_4956_452A)
        #expect(generator.next() == 0x1A5F_849D_4933_E6E0)
    }

    @Test func `uniform and normal draws have the expected moments`() {
        var generator = SeededGenerator(seed: 3)
        let n = 20_000
        let uniform = (0 ..< n).map { _ in generator.uniform() }
        let normal = (0 ..< n).map { _ in generator.normal() }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(n) }
        #expect(uniform.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(mean(uniform) - 0.5) < 0.01)
        #expect(abs(mean(normal)) < 0.03)
        #expect(abs(mean(normal.map { $0 * $0 }) - 1) < 0.04)
    }

    @Test func `integers below the bound are uniform`() {
        var generator = SeededGenerator(seed: 4)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0 ..< 14_000 { counts[generator.integer(below: 7)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 2000) < 200 })
    }

    @Test func `a shuffle keeps every item and depends on the seed`() {
        var first = SeededGenerator(seed: 5)
        var second = SeededGenerator(seed: 5)
        let items = Array(0 ..< 100)
        let shuffled = first.shuffled(items)
        #expect(shuffled != items)
        #expect(shuffled.sorted() == items)
        #expect(second.shuffled(items) == shuffled)
    }

    @Test func `purposes and indices have different sequences`() {
        var seen: Set<UInt64> = []
        for purpose in ["folds", "bootstrap"] {
            for index in 0 ..< 50 {
                var generator = SeededGenerator(seed: 1, purpose: purpose, index: index)
                seen.insert(generator.next())
            }
        }
        #expect(seen.count == 100)
    }
}
