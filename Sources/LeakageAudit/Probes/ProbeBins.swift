/// Probes in a few bins each. A classifier of one number is then a table of counts.
///
/// The bins do not depend on labels, so all folds and permutations share them.
struct ProbeBins {
    /// The one or two probes of the table that form each column.
    let probes: [[Int]]
    /// The bin of each row, by column.
    let columns: [[UInt8]]
    /// The number of bins of each column.
    let counts: [Int]
    /// The smallest and largest value in each bin of each column, ascending. NaN for a bin of rows without a number and
    /// for joint bins.
    let ranges: [[(least: Double, greatest: Double)]]
}

extension ProbeBins {
    /// Creates bins of about equal mass, at most `limit` and one more for rows without a number.
    ///
    /// Equal values are in one bin, and a value that fills a bin has its own. The gray of an ink is thus separate from
    /// its neighbors. Constant probes are left out.
    ///
    /// - Precondition: `limit` is 2…254.
    init(_ table: ProbeTable, limit: Int) {
        precondition((2 ... 254).contains(limit), "\(limit) bins")
        let cut = table.names.indices.map { (probe: $0, bins: Self.cut(table.values.column($0), limit: limit)) }
            .filter { $0.bins.count > 1 }
        probes = cut.map { [$0.probe] }
        columns = cut.map(\.bins.column)
        counts = cut.map(\.bins.count)
        ranges = cut.map { Self.ranges(table.values.column($0.probe), of: $0.bins.column, count: $0.bins.count) }
    }

    private static func ranges(
        _ values: [Double], of column: [UInt8], count: Int
    ) -> [(least: Double, greatest: Double)] {
        var ranges = [(least: Double, greatest: Double)](repeating: (.nan, .nan), count: count)
        for (value, bin) in zip(values, column) where !value.isNaN {
            let known = ranges[Int(bin)]
            // `min` and `max` propagate NaN, these comparisons replace it.
            ranges[Int(bin)] = (
                known.least <= value ? known.least : value, known.greatest >= value ? known.greatest : value
            )
        }
        return ranges
    }

    /// Returns all pairs of columns, each as one column of joint bins.
    ///
    /// - Precondition: No two columns have more than 256 joint bins.
    var pairs: ProbeBins {
        var probes: [[Int]] = []
        var joint: [[UInt8]] = []
        var counts: [Int] = []
        for first in columns.indices {
            for second in columns.indices.dropFirst(first + 1) {
                precondition(self.counts[first] * self.counts[second] <= 256, "too many joint bins")
                let width = UInt8(self.counts[second])
                probes.append(self.probes[first] + self.probes[second])
                joint.append(zip(columns[first], columns[second]).map { $0 * width + $1 })
                counts.append(self.counts[first] * self.counts[second])
            }
        }
        let ranges = counts.map { Array(repeating: (least: Double.nan, greatest: Double.nan), count: $0) }
        return ProbeBins(probes: probes, columns: joint, counts: counts, ranges: ranges)
    }

    private static func cut(_ values: [Double], limit: Int) -> (column: [UInt8], count: Int) {
        let order = values.indices.filter { !values[$0].isNaN }.sorted { values[$0] < values[$1] }
        var column = [UInt8](repeating: 0, count: values.count)
        let hasGaps = order.count < values.count
        var bin = hasGaps ? 1 : 0
        var filled = 0
        // Runs of equal values are put whole into the open bin or the next.
        let runs = runs(of: order, values)
        let target = runs.count <= limit ? 1 : (order.count + limit - 1) / limit
        for run in runs {
            if filled >= target || (filled > 0 && run.count >= target) {
                bin += 1
                filled = 0
            }
            for index in order[run] { column[index] = UInt8(bin) }
            filled += run.count
        }
        return (column, bin + (order.isEmpty ? 0 : 1))
    }

    private static func runs(of order: [Int], _ values: [Double]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        for place in order.indices where place + 1 == order.count || values[order[place + 1]] != values[order[place]] {
            runs.append(start ..< place + 1)
            start = place + 1
        }
        return runs
    }
}
