import LinearAlgebra

extension MLARAM {
    /// Returns the scores of copies of a row, each with other values at some places: copies × L.
    ///
    /// The distance of a box is a sum over the features, so that all copies together need the distances of two rows.
    ///
    /// - Parameters:
    ///   - row: d values.
    ///   - places: the places of each copy.
    ///   - others: d values, of which a copy has those at its places.
    /// - Precondition: a search examines all prototypes.
    /// - Complexity: O(P·(d + copies·L)) if no place is in two copies.
    func scores(of row: [Scalar], replacing places: [[Int]], with others: [Scalar]) -> Matrix<Double> {
        let scaled = range.scaled(
            Matrix(rows: 2, columns: row.count, values: row + others), scaling, workers: Workers(count: 1))
        let (own, other) = (Array(scaled.row(0)), Array(scaled.row(1)))
        var result = Matrix<Double>(rows: places.count, columns: labelCount)
        for (prototypes, index) in zip(voters, indices) {
            let activations = Self.activations(own, replacing: places, with: other, of: prototypes, index)
            for copy in places.indices {
                let scores = score(activations[copy * prototypes.count ..< (copy + 1) * prototypes.count], prototypes)
                for label in 0 ..< labelCount { result[copy, label] += scores[label] / Double(voters.count) }
            }
        }
        return result
    }

    /// The activations T of a voter's prototypes for each copy: copies × P.
    private static func activations(
        _ row: [Scalar], replacing places: [[Int]], with others: [Scalar], of prototypes: Prototypes<Scalar>,
        _ index: BoxIndex
    ) -> [Double] {
        let (columns, count) = (row.count, prototypes.count)
        var activations = [Double](repeating: 0, count: places.count * count)
        var changes = [Double](repeating: 0, count: columns)
        for place in 0 ..< count {
            let prototype = index.prototype(at: place)
            prototypes.lower.values.withUnsafeBufferPointer { lower in
                prototypes.upper.values.withUnsafeBufferPointer { upper in
                    var distance = 0.0
                    for column in 0 ..< columns {
                        let (low, high) = (lower[prototype * columns + column], upper[prototype * columns + column])
                        let own = max(low - row[column], 0) + max(row[column] - high, 0)
                        let other = max(low - others[column], 0) + max(others[column] - high, 0)
                        distance += Double(own)
                        changes[column] = Double(other) - Double(own)
                    }
                    for (copy, places) in places.enumerated() {
                        let changed = places.reduce(distance) { $0 + changes[$1] }
                        activations[copy * count + prototype] = 1 - changed / index.sizes[place]
                    }
                }
            }
        }
        return activations
    }

    /// The activation-weighted mean of the rows with each label, over the prototypes that are nearly as active as the
    /// most active one; 0 for all labels if no prototype is active.
    private func score(_ activations: ArraySlice<Double>, _ prototypes: Prototypes<Scalar>) -> [Double] {
        var sums = [Double](repeating: 0, count: labelCount)
        guard let greatest = activations.max(), let least = activations.min(), greatest > 0 else { return sums }
        var total = 0.0
        for (prototype, activation) in activations.enumerated()
        where (greatest - activation) / greatest <= threshold * (greatest - least) {
            total += activation
            let weight = activation * Double(prototypes.rowCounts[prototype])
            for label in 0 ..< labelCount where prototypes.labels[prototype, label] { sums[label] += weight }
        }
        for label in 0 ..< labelCount { sums[label] /= total }
        return sums
    }
}
