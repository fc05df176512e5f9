import Foundation
import LinearAlgebra

/// The objective of a linear classifier and its gradient, for several labels in one pass over the samples: ½‖w‖² + C Σ
/// sᵢ loss(yᵢ(w·xᵢ + b)), plus ½b² if the intercept is not free.
struct MarginObjective<Scalar: MatrixScalar> {
    /// The loss of a margin m.
    enum Loss {
        /// log(1 + exp(−m)), with a free intercept.
        case logistic
        /// max(0, 1 − m)², with the intercept as the weight of a feature that is always 1.
        case squaredHinge
    }

    /// n × d.
    let features: Matrix<Scalar>

    /// n × L.
    let truth: LabelMatrix

    let loss: Loss

    /// C·s of a sample without and with each label: L pairs.
    let weights: [(negative: Double, positive: Double)]

    /// A label and the point to evaluate: w, then b.
    struct Query {
        let label: Int
        let point: [Double]
    }

    struct Answer {
        var value: Double
        var gradient: [Double]
    }

    /// The number of rows whose sums are accumulated in the precision of the features.
    private static var run: Int { 512 }
    /// The number of rows that stay in the cache between scoring and gradient.
    private static var tile: Int { 48 }

    init(features: Matrix<Scalar>, truth: LabelMatrix, loss: Loss, c: Double, classWeight: ClassWeight) {
        self.features = features
        self.truth = truth
        self.loss = loss
        weights = truth.support.map { positives in
            let sides = classWeight.weights(positives: positives, of: truth.rows)
            return (c * sides.negative, c * sides.positive)
        }
    }

    /// Returns the answers in the order of the queries. The order of additions depends on n only.
    func evaluate(_ queries: [Query], workers: Workers) -> [Answer] {
        let columns = features.columns
        let runsPerPiece = max(1, (features.rows + Self.run * 64 - 1) / (Self.run * 64))
        let rowsPerPiece = Self.run * runsPerPiece
        let pieces = (features.rows + rowsPerPiece - 1) / rowsPerPiece
        let width = columns + 2  // gradient, slope of the intercept, loss
        let points = queries.flatMap { query in query.point[..<columns].map { Scalar($0) } }
        var sums = [Double](repeating: 0, count: pieces * queries.count * width)
        sums.withUnsafeMutableBufferPointer { buffer in
            nonisolated(unsafe) let out = buffer.baseAddress!
            workers.forEach(pieces) { piece, _ in
                let start = piece * rowsPerPiece
                accumulate(
                    rows: start ..< min(start + rowsPerPiece, features.rows), queries, points,
                    into: out + piece * queries.count * width)
            }
        }
        return queries.indices.map { index in
            var total = [Double](repeating: 0, count: width)
            for piece in 0 ..< pieces {
                let start = (piece * queries.count + index) * width
                for place in 0 ..< width { total[place] += sums[start + place] }
            }
            let point = queries[index].point
            var answer = Answer(value: total[columns + 1], gradient: Array(total[...columns]))
            var norm = 0.0
            for place in 0 ..< (loss == .logistic ? columns : columns + 1) {
                norm += point[place] * point[place]
                answer.gradient[place] += point[place]
            }
            answer.value += norm / 2
            return answer
        }
    }

    /// Adds the contributions of rows to `sums`: queries × (d + 2).
    private func accumulate(
        rows: Range<Int>, _ queries: [Query], _ points: [Scalar], into sums: UnsafeMutablePointer<Double>
    ) {
        let columns = features.columns
        let count = queries.count
        let tile = Self.tile
        var gradient = [Scalar](repeating: 0, count: count * columns)
        var residuals = [Scalar](repeating: 0, count: tile * RowKernels.labels)
        features.values.withUnsafeBufferPointer { x in
            points.withUnsafeBufferPointer { w in
                residuals.withUnsafeMutableBufferPointer { r in
                    gradient.withUnsafeMutableBufferPointer { g in
                        for runStart in stride(from: rows.lowerBound, to: rows.upperBound, by: Self.run) {
                            let runEnd = min(runStart + Self.run, rows.upperBound)
                            for start in stride(from: runStart, to: runEnd, by: tile) {
                                let taken = min(tile, runEnd - start)
                                let samples = x.baseAddress! + start * columns
                                for first in stride(from: 0, to: count, by: RowKernels.labels) {
                                    let labels = min(RowKernels.labels, count - first)
                                    RowKernels.scores(
                                        samples, rows: taken, columns, w.baseAddress! + first * columns,
                                        labels: labels, r.baseAddress!)
                                    replaceByResiduals(
                                        r.baseAddress!, rows: start ..< start + taken,
                                        queries[first ..< first + labels],
                                        sums + first * (columns + 2))
                                    RowKernels.gradient(
                                        samples, rows: taken, columns, r.baseAddress!, labels: labels,
                                        g.baseAddress! + first * columns)
                                }
                            }
                            for query in 0 ..< count {
                                for column in 0 ..< columns {
                                    sums[query * (columns + 2) + column] += Double(g[query * columns + column])
                                    g[query * columns + column] = 0
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Replaces w·x by the derivative of the loss, and adds up the loss and the slope of the intercept.
    private func replaceByResiduals(
        _ values: UnsafeMutablePointer<Scalar>, rows: Range<Int>, _ queries: ArraySlice<Query>,
        _ sums: UnsafeMutablePointer<Double>
    ) {
        let columns = features.columns
        for (place, query) in queries.enumerated() {
            let sides = weights[query.label]
            let intercept = query.point[columns]
            var loss = 0.0
            var slope = 0.0
            truth.values.withUnsafeBufferPointer { labels in
                var labelPlace = rows.lowerBound * truth.columns + query.label
                var valuePlace = place
                for _ in rows {
                    let positive = labels[labelPlace] == 1
                    let margin = Double(values[valuePlace]) + intercept
                    let signed = positive ? margin : -margin
                    let weight = positive ? sides.positive : sides.negative
                    let (paid, pull) = self.loss == .logistic ? Self.logistic(signed) : Self.squaredHinge(signed)
                    loss += weight * paid
                    let residual = positive ? -weight * pull : weight * pull
                    slope += residual
                    values[valuePlace] = Scalar(residual)
                    labelPlace += truth.columns
                    valuePlace += queries.count
                }
            }
            sums[place * (columns + 2) + columns] += slope
            sums[place * (columns + 2) + columns + 1] += loss
        }
    }

    /// Returns the loss at a margin and its negative slope, without overflow.
    @inline(__always)
    private static func logistic(_ margin: Double) -> (Double, Double) {
        let tail = exp(-abs(margin))
        return ((margin < 0 ? -margin : 0) + log1p(tail), (margin < 0 ? 1 : tail) / (1 + tail))
    }

    @inline(__always)
    private static func squaredHinge(_ margin: Double) -> (Double, Double) {
        let missing = max(0, 1 - margin)
        return (missing * missing, 2 * missing)
    }
}
