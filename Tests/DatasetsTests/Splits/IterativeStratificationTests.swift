import Foundation
import LinearAlgebra
import TestSupport
import Testing

@testable import Datasets

@Suite struct IterativeStratificationTests {
    @Test func `the rarest label is distributed first`() {
        // Label 1 has two samples, one for each half; label 0 fills both evenly.
        let truth = LabelMatrix([[1, 1], [1, 1], [1, 0], [1, 0], [0, 0], [0, 0]])
        let parts = IterativeStratification.assign(truth, proportions: [0.5, 0.5], order: Array(0 ..< 6))
        #expect(parts == [0, 1, 0, 1, 0, 1])
    }

    @Test func `a single sample goes to the largest part`() {
        let truth = LabelMatrix([[1, 0], [1, 0], [1, 0], [0, 1]])
        let parts = IterativeStratification.assign(truth, proportions: [0.2, 0.8], order: [3, 2, 1, 0])
        #expect(parts[3] == 1)
    }

    @Test func `every row has a part, with and without labels, and sizes follow the proportions`() {
        let truth = Truth.random(rows: 301, labels: 5, seed: 2)
        let proportions = [0.7, 0.2, 0.1]
        let parts = IterativeStratification.assign(truth, proportions: proportions, order: Array(0 ..< 301))
        for part in 0 ..< 3 {
            let rows = parts.indices.filter { parts[$0] == part }
            #expect(abs(Double(rows.count) - 301 * proportions[part]) < 3)
            for (label, count) in truth.selecting(rows: rows).support.enumerated() {
                #expect(abs(Double(count) - Double(truth.support[label]) * proportions[part]) < 3)
            }
        }
    }

    /// `gen_oracle.py` (numpy 1.26.4), function `iterstrat`, on set B's 400 × 6 labels.
    @Test(.enabled(if: SharedMaterial.isPresent, SharedMaterial.absence))
    func `assignments agree with the reference`() throws {
        let oracle = try SplitOracle()
        let truth = try SharedMaterial.oracleLabels("B_Y")
        let rows = Array(0 ..< truth.rows)
        func assign(_ proportions: [Double]) -> [Int] {
            IterativeStratification.assign(truth, proportions: proportions, order: rows)
        }
        #expect(assign([0.5, 0.5]) == oracle.halves)
        #expect(assign(Array(repeating: 0.2, count: 5)) == oracle.fifths)
        #expect(assign([0.7, 0.15, 0.15]) == oracle.threeParts)
    }
}
