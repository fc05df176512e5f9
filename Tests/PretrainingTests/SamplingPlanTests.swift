import LinearAlgebra
import Testing

@testable import Pretraining

struct SamplingPlanTests {
    /// 64 rows of the first label, 16 of the second, 4 of the third.
    private let truth = LabelMatrix(
        (0 ..< 84).map { [$0 < 64 ? 1 : 0, (64 ..< 80).contains($0) ? 1 : 0, $0 >= 80 ? 1 : 0] })

    private func counts(_ rows: [Int]) -> [Int] {
        [rows.count { $0 < 64 }, rows.count { (64 ..< 80).contains($0) }, rows.count { $0 >= 80 }]
    }

    @Test(arguments: [
        (ClassSampling.natural, [64, 16, 4]), (.sqrt, [48, 24, 12]), (.uniform, [28, 28, 28]),
    ])
    func `classes are sampled at the configured rates`(sampling: ClassSampling, expected: [Int]) {
        let plan = SamplingPlan(truth, rows: Array(0 ..< 84), sampling: sampling, count: 84, seed: 1)
        for epoch in 0 ..< 3 { #expect(counts(plan.rows(ofEpoch: epoch)) == expected) }
    }

    @Test func `all pictures of a class are used equally often over many epochs`() {
        let plan = SamplingPlan(truth, rows: Array(0 ..< 84), sampling: .uniform, count: 30, seed: 1)
        var seen = [Int](repeating: 0, count: 84)
        // 10 pictures per class and epoch: 32 epochs go 5 times through 64, 20 times through 16, 80 times through 4.
        for epoch in 0 ..< 32 { for row in plan.rows(ofEpoch: epoch) { seen[row] += 1 } }
        #expect(seen == (0 ..< 84).map { $0 < 64 ? 5 : $0 < 80 ? 20 : 80 })
    }

    @Test func `seed and number determine an epoch, and the orders differ`() {
        func plan(_ seed: UInt64) -> SamplingPlan {
            SamplingPlan(truth, rows: Array(0 ..< 84), sampling: .sqrt, count: 50, seed: seed)
        }
        #expect(plan(1).rows(ofEpoch: 3) == plan(1).rows(ofEpoch: 3))
        #expect(plan(1).rows(ofEpoch: 3) != plan(1).rows(ofEpoch: 4))
        #expect(plan(1).rows(ofEpoch: 3) != plan(2).rows(ofEpoch: 3))
    }

    @Test func `only training rows are sampled, and a row counts for its rarest label`() {
        var truth = truth
        truth[0, 2] = true
        let plan = SamplingPlan(truth, rows: [0, 1, 2, 64, 65], sampling: .uniform, count: 30, seed: 1)
        let rows = plan.rows(ofEpoch: 0)
        #expect(Set(rows) == [0, 1, 2, 64, 65])
        #expect(rows.count { $0 == 0 } == 10)
    }

    @Test func `rare labels weigh more if configured`() {
        #expect(PositiveWeight.none.weights(shares: [0.5, 0.25]) == [1, 1])
        #expect(PositiveWeight.balanced.weights(shares: [0.6, 0.2, 0]) == [Float(0.4 / 0.6), 2, 1])
        #expect(PositiveWeight.sqrt.weights(shares: [0.4, 0.1])[1] == Float(2.5.squareRoot()))
    }
}
