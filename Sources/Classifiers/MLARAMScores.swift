import CKernels
import LinearAlgebra

extension MLARAM {
    /// n × L: the activation-weighted mean of the rows with each label that the active prototypes have learnt, at
    /// least 0. Not a probability: a prototype that has learnt more rows says more.
    @specialized(where Scalar == Float)
    @specialized(where Scalar == Double)
    public func scores(_ features: Matrix<Scalar>, workers: Workers = .all) -> Matrix<Double> {
        precondition(features.columns == featureCount, "\(features.columns) features for \(featureCount)")
        let scaled = range.scaled(features, scaling)
        let columns = featureCount
        let block = 16
        var result = Matrix<Double>(rows: features.rows, columns: labelCount)
        result.values.withUnsafeMutableBufferPointer { buffer in
            scaled.values.withUnsafeBufferPointer { values in
                nonisolated(unsafe) let out = buffer
                nonisolated(unsafe) let points = values
                workers.forEach((features.rows + block - 1) / block) { piece, _ in
                    var search = BoxSearch(model: self)
                    for row in piece * block ..< min((piece + 1) * block, features.rows) {
                        search.addScores(
                            of: points.baseAddress! + row * columns, to: out.baseAddress! + row * labelCount)
                    }
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
        let absent = LabelMatrix(rows: labels.rows, columns: 1, values: labels.values.map { 1 - $0 })
        let opposite = MLARAM(
            range: range, scaling: scaling, threshold: threshold, lower: lower, upper: upper, labels: absent,
            rowCounts: rowCounts
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

/// Scores one row after another against the prototypes of a model; holds the scratch memory for it.
struct BoxSearch<Scalar: MatrixScalar> {
    private let model: MLARAM<Scalar>
    private var bytes: [UInt8]
    private var least: [UInt32]
    private var most: [UInt32]
    /// Bounds of each prototype's activation; both are the activation itself once it was needed.
    private var low: [Double]
    private var high: [Double]

    init(model: MLARAM<Scalar>) {
        self.model = model
        bytes = [UInt8](repeating: 0, count: model.index.bounds.width)
        least = [UInt32](repeating: 0, count: model.prototypeCount)
        most = least
        low = [Double](repeating: 0, count: model.prototypeCount)
        high = low
    }

    /// Adds the scores of one scaled row, L values. The prototypes whose bounds leave no doubt are never measured, and
    /// the result is the same as if all were.
    mutating func addScores(of point: UnsafePointer<Scalar>, to scores: UnsafeMutablePointer<Double>) {
        let count = model.prototypeCount
        bound(point)

        var greatest = -Double.infinity
        let promising = high.indices.max { high[$0] < high[$1] }!
        greatest = measure(promising, point)
        for index in 0 ..< count where high[index] > greatest { greatest = max(greatest, measure(index, point)) }
        guard greatest > 0 else { return }

        // (Tmax − T)/Tmax ≤ τ(Tmax − Tmin), with the bounds of Tmin first and itself only if that leaves a doubt.
        let leastLow = low.min()!
        let leastHigh = high.min()!
        let loose = model.threshold * (greatest - leastLow)
        let tight = model.threshold * (greatest - leastHigh)
        var reach = tight
        var isExact = false
        var total = 0.0
        for index in 0 ..< count where (greatest - high[index]) / greatest <= loose {
            let activation = measure(index, point)
            let lag = (greatest - activation) / greatest
            if lag > tight, lag <= loose, !isExact {
                reach = model.threshold * (greatest - leastActivation(point))
                isExact = true
            }
            guard lag <= reach else { continue }
            total += activation
            let weight = activation * Double(model.rowCounts[index])
            model.labels.values.withUnsafeBufferPointer { labels in
                for label in 0 ..< model.labelCount where labels[index * model.labelCount + label] == 1 {
                    scores[label] += weight
                }
            }
        }
        for label in 0 ..< model.labelCount { scores[label] /= total }
    }

    /// Bounds all activations.
    private mutating func bound(_ point: UnsafePointer<Scalar>) {
        let index = model.index
        bytes.withUnsafeMutableBufferPointer { index.bounds.writePoint(point, to: $0.baseAddress!) }
        RowKernels.table.pointee.byte_distances(
            index.lowerBytes, index.upperBytes, bytes, model.prototypeCount, index.bounds.width, &least, &most)
        for box in 0 ..< model.prototypeCount {
            high[box] = 1 - index.bounds.least(least[box]) / index.sizes[box]
            low[box] = 1 - index.bounds.most(most[box]) / index.sizes[box]
        }
    }

    /// The activation of one prototype, which its bounds become.
    private mutating func measure(_ box: Int, _ point: UnsafePointer<Scalar>) -> Double {
        if low[box] == high[box] { return low[box] }
        let columns = model.featureCount
        let activation = model.lower.values.withUnsafeBufferPointer { lower in
            model.upper.values.withUnsafeBufferPointer { upper in
                1 - RowKernels.boxDistance(
                    lower.baseAddress! + box * columns, upper.baseAddress! + box * columns, point, columns)
                    / model.index.sizes[box]
            }
        }
        low[box] = activation
        high[box] = activation
        return activation
    }

    /// Tmin, exactly.
    private mutating func leastActivation(_ point: UnsafePointer<Scalar>) -> Double {
        var least = measure(low.indices.min { low[$0] < low[$1] }!, point)
        for box in low.indices where low[box] < least { least = min(least, measure(box, point)) }
        return least
    }
}
