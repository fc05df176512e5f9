import ClassificationMetrics
import LinearAlgebra
import Testing

struct CalibrationErrorTests {
    @Test func `seven samples in three bins computed by hand`() throws {
        // Sizes 3, 2, 2 from the lowest: means 0.2, 0.5, 0.85; true 0, 1/2, 1.
        let truth: [UInt8] = [0, 0, 0, 1, 0, 1, 1]
        let scores = [0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 0.9]
        let bins = reliabilityBins(truth: truth, scores: scores, bins: 3)
        #expect(bins.map(\.count) == [3, 2, 2])
        for (found, expected) in zip(bins.map(\.meanScore), [0.2, 0.5, 0.85]) { #expect(abs(found - expected) < 1e-15) }
        #expect(bins.map(\.positiveRate) == [0, 0.5, 1])
        let error = try #require(
            expectedCalibrationError(
                truth: LabelMatrix(rows: 7, columns: 1, values: truth),
                scores: Matrix(rows: 7, columns: 1, values: scores), bins: 3))
        #expect(abs(error - (3 * 0.2 + 2 * 0 + 2 * 0.15) / 7) < 1e-15)
    }

    @Test func `equal scores in two bins contribute to both in proportion`() {
        // Four equal scores, three of them true, in bins of two: 3/4 in each.
        let bins = reliabilityBins(truth: [1, 1, 1, 0], scores: [0.5, 0.5, 0.5, 0.5], bins: 2)
        #expect(bins.map(\.positiveRate) == [0.75, 0.75])
        #expect(bins.map(\.count) == [2, 2])
    }

    @Test func `a naive implementation gives the same if no scores are equal`() throws {
        var random = SeededGenerator(seed: 24)
        for rows in [1, 14, 15, 16, 97] {
            let scores = (0 ..< rows).map { _ in random.uniform() }
            let truth = scores.map { random.uniform() < $0 * $0 ? UInt8(1) : 0 }
            let order = scores.indices.sorted { scores[$0] < scores[$1] }
            var (start, sum) = (0, 0.0)
            for bin in 0 ..< 15 {  // numpy's array_split
                let part = order[start ..< start + rows / 15 + (bin < rows % 15 ? 1 : 0)]
                start = part.endIndex
                sum += abs(part.reduce(0) { $0 + scores[$1] - Double(truth[$1]) })
            }
            let found = expectedCalibrationError(
                truth: LabelMatrix(rows: rows, columns: 1, values: truth),
                scores: Matrix(rows: rows, columns: 1, values: scores))
            #expect(abs(try #require(found) - sum / Double(rows)) < 1e-12, "\(rows) samples")
        }
    }

    @Test func `the error of a set is the mean of its labels' errors`() throws {
        var random = SeededGenerator(seed: 25)
        let set = try MetricFixtures.set(rows: 40, labels: 3, levels: 10, random: &random)
        let perLabel = expectedCalibrationErrorPerLabel(truth: set.truth, scores: set.scores).compactMap { $0 }
        let error = try #require(expectedCalibrationError(truth: set.truth, scores: set.scores))
        #expect(perLabel.count == 3)
        #expect(abs(error - perLabel.reduce(0, +) / 3) < 1e-15)
    }

    @Test func `scores equal to the truth have no error, and without samples it is undefined`() {
        let truth = LabelMatrix([[1], [0], [1]])
        #expect(expectedCalibrationError(truth: truth, scores: Matrix([[1], [0], [1]])) == 0)
        #expect(
            expectedCalibrationError(
                truth: LabelMatrix(rows: 0, columns: 1), scores: Matrix(rows: 0, columns: 1)) == nil)
    }
}
