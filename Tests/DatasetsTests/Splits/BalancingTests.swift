import Datasets
import Foundation
import LinearAlgebra
import TestSupport
import Testing

@Suite struct BalancingTests {
    @Test func `every class above the limit is reduced to it`() {
        let truth = Truth.oneHot((0 ..< 60).map { $0 % 10 < 6 ? 0 : $0 % 10 < 9 ? 1 : 2 }, count: 3)
        let balancing = Balancing.undersample(truth, above: 10, seed: 1)
        #expect(balancing.before == [36, 18, 6])
        #expect(balancing.after == [10, 10, 6])
        #expect(truth.selecting(rows: balancing.kept).support == [10, 10, 6])
        #expect(balancing.kept == balancing.kept.sorted())
    }

    @Test func `classes below the limit stay`() {
        let truth = Truth.random(rows: 50, labels: 4, seed: 3)
        #expect(Balancing.undersample(truth, above: 50, seed: 1).kept == Array(0 ..< 50))
    }

    @Test func `the seed determines the dropped samples`() {
        let truth = Truth.oneHot(Array(repeating: 0, count: 100), count: 1)
        let first = Balancing.undersample(truth, above: 50, seed: 1)
        #expect(first == Balancing.undersample(truth, above: 50, seed: 1))
        #expect(first != Balancing.undersample(truth, above: 50, seed: 2))
        #expect(first.kept != Array(0 ..< 50) && first.kept != Array(50 ..< 100))
    }

    @Test func `a sample with a rare label stays, whatever its other labels`() {
        let rows =
            Array(repeating: [UInt8(1), 0, 0], count: 40) + Array(repeating: [1, 0, 1], count: 5) + [[0, 0, 0]]
        let balancing = Balancing.undersample(LabelMatrix(rows), above: 20, seed: 7)
        #expect(balancing.after == [20, 0, 5])
        #expect(Set(balancing.kept).isSuperset(of: 40 ..< 46))
    }

    @Test(arguments: 0 ..< 20)
    func `no label falls below its limit, and no other sample could be dropped`(seed: UInt64) {
        let truth = Truth.random(rows: 200, labels: 4, seed: seed)
        let limits = [40, 30, 60, 10]
        let balancing = Balancing.undersample(truth, limits: limits, seed: seed)
        let after = truth.selecting(rows: balancing.kept).support
        #expect(after == balancing.after)
        for label in 0 ..< 4 { #expect(after[label] >= min(limits[label], balancing.before[label])) }
        for row in balancing.kept where !truth.labels(ofRow: row).isEmpty {
            #expect(truth.labels(ofRow: row).contains { after[$0] <= limits[$0] })
        }
    }

    /// Counts of imbalanced-learn 0.11.0 (`RandomUnderSampler`), for each of its strategies as limits.
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `counts agree with imbalanced-learn`() throws {
        struct Oracle: Decodable {
            let counts: [Int]
            let out: [String: [Int]]

            enum CodingKeys: String, CodingKey {
                case counts = "class_counts"
                case out
            }
        }
        let oracle = try JSONDecoder().decode(
            Oracle.self, from: SharedMaterial.data("oracles/multilabel/undersample.json"))
        let all = Int.max
        let limits: [String: [Int]] = [
            "auto": [13, 13, 13], "majority": [13, all, all], "not minority": [13, 13, all],
            "not majority": [all, 13, 13], "all": [13, 13, 13], "dict 0:40 1:30": [40, 30, all],
            "binary 131/17 ratio 0.5": [34, all], "binary 131/17 ratio 0.3": [56, all],
            "binary 131/17 ratio 1.0": [17, all],
        ]
        #expect(Set(limits.keys) == Set(oracle.out.keys))
        for (strategy, expected) in oracle.out {
            let counts = expected.count == 2 ? [131, 17] : oracle.counts
            let labels = counts.enumerated().flatMap { Array(repeating: $0, count: $1) }
            let truth = Truth.oneHot(labels, count: counts.count)
            let balancing = Balancing.undersample(truth, limits: try #require(limits[strategy]), seed: 0)
            #expect(balancing.after == expected, "\(strategy)")
        }
    }
}
