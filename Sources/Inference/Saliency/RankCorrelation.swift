/// Spearman's rank correlation.
enum RankCorrelation {
    /// Returns Pearson's correlation of the ranks. Equal values share the mean of their ranks.
    ///
    /// - Returns: A value in −1…1, or nil if either list is constant or empty.
    static func spearman(_ one: [Double], _ other: [Double]) -> Double? {
        precondition(one.count == other.count, "the lists have \(one.count) and \(other.count) values")
        let (x, y) = (ranks(one), ranks(other))
        // The ranks of n values have this mean, with and without ties.
        let mean = Double(one.count - 1) / 2
        var (products, squaresX, squaresY) = (0.0, 0.0, 0.0)
        for (x, y) in zip(x, y) {
            products += (x - mean) * (y - mean)
            squaresX += (x - mean) * (x - mean)
            squaresY += (y - mean) * (y - mean)
        }
        guard squaresX > 0, squaresY > 0 else { return nil }
        return products / (squaresX * squaresY).squareRoot()
    }

    /// Returns the ranks of the values, from 0.
    private static func ranks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first ... last { ranks[order[place]] = Double(first + last) / 2 }
            first = last + 1
        }
        return ranks
    }
}
