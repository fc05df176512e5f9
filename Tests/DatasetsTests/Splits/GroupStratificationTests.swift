import LinearAlgebra
import TestSupport
import Testing

@testable import Datasets

@Suite struct GroupStratificationTests {
    @Test func `groups stay whole and labels are balanced`() {
        // Six groups of two rows, three of each label. Halves can be exact in size and differ by one group per label.
        let labels = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
        let groups = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
        let truth = Truth.oneHot(labels, count: 2)
        let parts = GroupStratification.assign(truth, groups: groups, proportions: [0.5, 0.5], seed: 1)
        for pair in stride(from: 0, to: 12, by: 2) { #expect(parts[pair] == parts[pair + 1]) }
        #expect(parts.count { $0 == 0 } == 6)
        let support = truth.selecting(rows: parts.indices.filter { parts[$0] == 0 }).support
        #expect(support == [4, 2] || support == [2, 4])
    }

    @Test func `no part is empty with as many groups as parts`() {
        let truth = Truth.oneHot(Array(repeating: 0, count: 9), count: 1)
        let groups = [0, 0, 0, 1, 1, 1, 2, 2, 2]
        let parts = GroupStratification.assign(truth, groups: groups, proportions: [0.9, 0.05, 0.05], seed: 4)
        #expect(Set(parts) == [0, 1, 2])
    }

    /// The reference: the best of all divisions of a few groups by squared distance.
    @Test(arguments: 0 ..< 12)
    func `the result is close to the best of all divisions`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let groups = (0 ..< 80).map { _ in generator.integer(below: 8) }
        let truth = Truth.oneHot(groups.map { ($0 + generator.integer(below: 3)) % 4 }, count: 4)
        let proportions = [0.6, 0.4]
        func distance(_ parts: [Int]) -> Double {
            var sum = 0.0
            for part in 0 ..< 2 {
                let rows = parts.indices.filter { parts[$0] == part }
                let support = truth.selecting(rows: rows).support + [rows.count]
                for (count, total) in zip(support, truth.support + [80]) where total > 0 {
                    let off = Double(count) / Double(total) - proportions[part]
                    sum += off * off
                }
            }
            return sum
        }
        let best = (1 ..< 255).map { mask in distance(groups.map { mask >> $0 & 1 }) }.min() ?? 0
        let found = distance(GroupStratification.assign(truth, groups: groups, proportions: proportions, seed: seed))
        #expect(found >= best - 1e-12)
        #expect(found <= best + 0.01, "\(found) against \(best)")
    }

    @Test func `many groups are balanced to within a few samples`() {
        var generator = SeededGenerator(seed: 11)
        let groups = (0 ..< 600).map { _ in generator.integer(below: 100) }
        var numbered: [Int: Int] = [:]
        for group in groups where numbered[group] == nil { numbered[group] = numbered.count }
        let truth = Truth.random(rows: 600, labels: 4, seed: 5)
        let parts = GroupStratification.assign(
            truth, groups: groups.map { numbered[$0] ?? 0 }, proportions: Array(repeating: 0.2, count: 5), seed: 0)
        for part in 0 ..< 5 {
            let rows = parts.indices.filter { parts[$0] == part }
            #expect(abs(rows.count - 120) <= 6)
            for (count, total) in zip(truth.selecting(rows: rows).support, truth.support) {
                #expect(abs(Double(count) - Double(total) / 5) <= 6)
            }
        }
    }
}
