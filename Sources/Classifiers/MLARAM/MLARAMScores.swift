import LinearAlgebra

extension MLARAM {
    /// n × L: the activation-weighted mean of the rows with each label that the active prototypes have learnt, at
    /// least 0; the mean over the voters. Not a probability: a prototype that has learnt more rows says more.
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

    /// n × L decisions: the labels above the first largest gap of a row's sorted scores.
    ///
    /// Where all active prototypes are of no label, none is decided. With a single label there is no gap: it is decided
    /// where it has more of the active prototypes' rows, weighted by activation, than its absence has.
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

    /// The same from scores that were kept.
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

/// The searches of one worker, made when it first needs them: their scratch memory is as large as all prototypes, and
/// to ask the system for it anew for each block of rows makes workers wait for each other.
///
/// `Sendable` because no two workers have the same number.
private final class WorkerSearches<Scalar: MatrixScalar>: @unchecked Sendable {
    private var searches: [BoxSearch<Scalar>] = []

    func addScores(
        _ voter: Int, of points: UnsafePointer<Scalar>, rows: Int, to scores: UnsafeMutablePointer<Double>,
        make: () -> BoxSearch<Scalar>
    ) {
        // Voters come in order.
        if voter == searches.count { searches.append(make()) }
        searches[voter].addScores(of: points, rows: rows, to: scores)
    }
}
