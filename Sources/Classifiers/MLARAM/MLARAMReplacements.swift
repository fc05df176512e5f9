import LinearAlgebra

extension MLARAM {
    /// Returns the scores of copies of a row: copies × L.
    ///
    /// - Precondition: a search examines all prototypes, and the scaling is that of training.
    /// - Complexity: O(P·(d + copies·L)) if no place is in two copies.
    @specialized(where Scalar == Float)
    func scores(of row: [Scalar], replacing places: [[Int]], with others: [Scalar]) -> Matrix<Double> {
        precondition(clustering == nil && scaling == .perFeature, "the score of a copy depends on other values")
        let scaled = range.scaled(
            Matrix(rows: 2, columns: row.count, values: row + others), scaling, workers: Workers(count: 1))
        let copies = ReplacedValues(of: Array(scaled.row(0)), at: places, with: Array(scaled.row(1)))
        var result = Matrix<Double>(rows: copies.count, columns: labelCount)
        for (prototypes, index) in zip(voters, indices) {
            let activations = Self.activations(copies, of: prototypes, sizes: index.sizes)
            for copy in 0 ..< copies.count {
                let scores = score(activations[copy * prototypes.count ..< (copy + 1) * prototypes.count], prototypes)
                for label in 0 ..< labelCount { result[copy, label] += scores[label] / Double(voters.count) }
            }
        }
        return result
    }

    /// The activations T of a voter's prototypes for each copy: copies × P.
    private static func activations(
        _ copies: ReplacedValues<Scalar>, of prototypes: Prototypes<Scalar>, sizes: [Double]
    ) -> [Double] {
        let (columns, count) = (copies.row.count, prototypes.count)
        var activations = [Double](repeating: 0, count: copies.count * count)
        let changes = AlignedValues<Scalar>(count: columns)
        let distances = AlignedValues<Scalar>(count: copies.count)
        prototypes.lower.values.withUnsafeBufferPointer { lower in
            prototypes.upper.values.withUnsafeBufferPointer { upper in
                copies.row.withUnsafeBufferPointer { row in
                    copies.others.withUnsafeBufferPointer { others in
                        for prototype in 0 ..< count {
                            let low = lower.baseAddress! + prototype * columns
                            let high = upper.baseAddress! + prototype * columns
                            for column in 0 ..< columns {
                                let (own, other) = (row[column], others[column])
                                changes.base[column] =
                                    max(low[column] - other, 0) + max(other - high[column], 0)
                                    - max(low[column] - own, 0) - max(own - high[column], 0)
                            }
                            let distance = RowKernels.boxDistance(low, high, row.baseAddress!, columns)
                            copies.write(Scalar(distance), changes.base, to: distances.base)
                            for copy in 0 ..< copies.count {
                                activations[copy * count + prototype] =
                                    1 - Double(distances.base[copy]) / sizes[prototype]
                            }
                        }
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
