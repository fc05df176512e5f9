import LinearAlgebra
import Testing

@testable import Evaluation

struct HolmCorrectionTests {
    @Test func `three tests give the values computed by hand`() {
        // Sorted .01 .02 .04: ×3 = .03, ×2 = .04, ×1 = .04.
        let corrected = holmCorrected([0.04, 0.01, 0.02])
        #expect(zip(corrected, [0.04, 0.03, 0.04]).allSatisfy { abs($0 - $1) < 1e-15 })
    }

    @Test func `a value is at least the smaller ones and at most 1`() {
        #expect(holmCorrected([0.25, 0.25, 0.5]) == [0.75, 0.75, 0.75])
        #expect(holmCorrected([0.6, 0.7]) == [1, 1])
        #expect(holmCorrected([]) == [])
        #expect(holmCorrected([0.2]) == [0.2])
    }

    @Test func `rejecting by the corrected values is Holm's step-down procedure`() {
        var random = SeededGenerator(seed: 5)
        for _ in 0 ..< 200 {
            let values = (0 ..< 6).map { _ in random.uniform() * 0.1 }
            let corrected = holmCorrected(values)
            // The published procedure: in ascending order, reject while p ≤ α / (m − k + 1).
            var rejected = Set<Int>()
            for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
                guard values[index] * Double(values.count - rank) <= 0.05 else { break }
                rejected.insert(index)
            }
            #expect(Set(corrected.indices.filter { corrected[$0] <= 0.05 }) == rejected)
        }
    }
}
