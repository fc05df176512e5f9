import LinearAlgebra

extension MLARAM {
    /// Returns n × L scores of at least 0: the mean over voters of the activation-weighted mean of the rows with each
    /// label that the active prototypes have learned. Scores are not probabilities: a prototype with more rows has more
    /// weight.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        precondition(features.columns == featureCount, "\(features.columns) features for \(featureCount)")
        let scaled = range.scaled(features, scaling, workers: workers)
        let columns = featureCount
        let block = BoxSearch<Scalar>.block
        let searches = (0 ..< workers.count).map { _ in WorkerSearches<Scalar>() }
        var result = Matrix<Double>(rows: features.rows, columns: labelCount)
        result.values.withUnsafeMutableBufferPointer { buffer in
            scaled.values.withUnsafeBufferPointer { values in
                nonisolated(unsafe) let out = buffer
                nonisolated(unsafe) let points = values
                workers.forEach((features.rows + block - 1) / block) { piece, worker in
                    let rows = piece * block ..< min((piece + 1) * block, features.rows)
                    let scores = out.baseAddress! + rows.lowerBound * labelCount
                    for (voter, index) in indices.enumerated() {
                        searches[worker].addScores(
                            voter, of: points.baseAddress! + rows.lowerBound * columns, rows: rows.count, to: scores
                        ) { BoxSearch(prototypes: voters[voter], index: index, threshold: threshold) }
                    }
                    guard voters.count > 1 else { return }
                    for place in 0 ..< rows.count * labelCount { scores[place] /= Double(voters.count) }
                }
            }
        }
        result.invalidate(rows: features.nonFiniteRows())
        return result
    }

    /// Returns n × L decisions: the labels above the first largest gap of the sorted scores of a row.
    ///
    /// If all active prototypes have no label, no label is decided. With a single label, there is no gap. It is decided
    /// if it has more activation-weighted rows of the active prototypes than its absence.
    public func decisions(_ features: Matrix<Scalar>, workers: Workers = .all) -> LabelMatrix {
        let scores = scores(features, workers: workers)
        guard labelCount == 1 else { return Self.decisions(ofScores: scores) }
        let opposite = MLARAM(
            range: range, scaling: scaling, threshold: threshold, clustering: clustering,
            voters: voters.map(\.ofAbsentLabels), workers: workers
        ).scores(features, workers: workers)
        return LabelMatrix(
            rows: scores.rows, columns: 1, values: zip(scores.values, opposite.values).map { $0 > $1 ? 1 : 0 })
    }

    /// Returns the decisions for given scores.
    static func decisions(ofScores scores: Matrix<Double>) -> LabelMatrix {
        var result = LabelMatrix(rows: scores.rows, columns: scores.columns)
        for row in 0 ..< scores.rows {
            let values = Array(scores.row(row))
            let order = values.indices.sorted { (values[$1], $0) < (values[$0], $1) }
            guard let first = order.first, values[first] > 0 else { continue }
            var cut = (count: 1, gap: -Double.infinity)
            for place in order.indices.dropLast() {
                let gap = values[order[place]] - values[order[place + 1]]
                if gap > cut.gap { cut = (place + 1, gap) }
            }
            for label in order[..<cut.count] { result[row, label] = true }
        }
        return result
    }
}

/// The searches of one worker, created on first use. Their scratch memory is as large as all prototypes; allocating it
/// for each block of rows would make workers wait for each other.
///
/// The class is `Sendable` because each worker has its own number.
private final class WorkerSearches<Scalar: MatrixScalar>: @unchecked Sendable {
    private var searches: [BoxSearch<Scalar>] = []

    func addScores(
        _ voter: Int, of points: UnsafePointer<Scalar>, rows: Int, to scores: UnsafeMutablePointer<Double>,
        make: () -> BoxSearch<Scalar>
    ) {
        // Voters come in ascending order.
        if voter == searches.count { searches.append(make()) }
        searches[voter].addScores(of: points, rows: rows, to: scores)
    }
}
