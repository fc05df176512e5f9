import LinearAlgebra
import Testing

@testable import LeakageAudit

@Suite struct ProbeBinsTests {
    private func bins(_ values: [Double], limit: Int) -> ProbeBins {
        ProbeBins(
            ProbeTable(names: ["p"], values: Matrix(rows: values.count, columns: 1, values: values)), limit: limit)
    }

    @Test func `few values have one bin each, in order`() {
        let bins = bins([5, -1, 5, 7, -1, 5], limit: 8)
        #expect(bins.columns == [[1, 0, 1, 2, 0, 1]])
        #expect(bins.counts == [3])
    }

    @Test func `many values share bins of equal mass`() {
        let bins = bins((0 ..< 100).map { Double(99 - $0) }, limit: 4)
        let quarters: [UInt8] = (0 ..< 100).map { UInt8(3 - $0 / 25) }
        #expect(bins.columns == [quarters])
        #expect(bins.counts == [4])
    }

    @Test func `equal values stay together, and a value that fills a bin has its own`() {
        // 40 of the 100 values are 50: they fill a bin of 25 and must not share it with their neighbors.
        let values =
            (0 ..< 30).map(Double.init) + Array(repeating: 50.0, count: 40) + (0 ..< 30).map { 60 + Double($0) }
        let column = bins(values, limit: 4).columns[0]
        let full = Set(column[30 ..< 70])
        #expect(full.count == 1)
        #expect(full.isDisjoint(with: column[..<30]) && full.isDisjoint(with: column[70...]))
    }

    @Test func `rows without a number have their own bin`() {
        let bins = bins([.nan, 1, 2, .nan], limit: 4)
        #expect(bins.columns == [[0, 1, 2, 0]])
        #expect(bins.counts == [3])
        #expect(self.bins([.nan, 3, 3, 3], limit: 4).columns == [[0, 1, 1, 1]])
    }

    @Test func `a constant probe is left out`() {
        #expect(bins([2, 2, 2], limit: 4).columns.isEmpty)
        #expect(bins([.nan, .nan], limit: 4).columns.isEmpty)
    }

    @Test(arguments: 0 ..< 20)
    func `bins are ordered, within the limit, and not empty`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let distinct = 1 + generator.integer(below: 60)
        let values = (0 ..< 200).map { _ in
            let value = generator.integer(below: distinct)
            return value == 0 ? Double.nan : (generator.uniform() < 0.3 ? 5 : Double(value))
        }
        let bins = bins(values, limit: 8)
        guard let column = bins.columns.first else { return }
        #expect(Set(column) == Set((0 ..< bins.counts[0]).map(UInt8.init)))
        for i in values.indices {
            for j in values.indices where values[i] < values[j] { #expect(column[i] <= column[j]) }
            for j in values.indices where values[i] == values[j] { #expect(column[i] == column[j]) }
        }
    }

    @Test func `pairs have a bin for each combination`() {
        let values = Matrix<Double>([[0, 0, 3], [0, 1, 4], [1, 2, 3]])
        let pairs = ProbeBins(ProbeTable(names: ["a", "b", "c"], values: values), limit: 4).pairs
        #expect(pairs.probes == [[0, 1], [0, 2], [1, 2]])
        #expect(pairs.columns == [[0, 1, 5], [0, 1, 2], [0, 3, 4]])
        #expect(pairs.counts == [6, 4, 6])
    }
}
